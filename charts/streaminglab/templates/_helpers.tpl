{{- define "chart.component" -}}home{{- end }}

{{/*
tile.lab: name of the StreamingLab, made from the release's: a lab's name has at most 40 characters,
begins with a letter and has no dot. A longer one ends with a digest, so that two long releases of
one namespace stay two labs.
*/}}
{{- define "tile.lab" -}}
{{- $name := .Release.Name | replace "." "-" -}}
{{- if regexMatch "^[0-9]" $name }}{{ $name = printf "lab-%s" $name }}{{ end -}}
{{- if gt (len $name) 40 -}}
{{ $name | trunc 31 | trimSuffix "-" }}-{{ .Release.Name | sha256sum | trunc 8 }}
{{- else -}}
{{ $name }}
{{- end -}}
{{- end }}

{{- define "tile.home" -}}
{{ include "tile.lab" . }}-home
{{- end }}

{{/* tile.exposed: "yes" when the pages have host names. */}}
{{- define "tile.exposed" -}}
{{- if and .Values.ingress.enabled .Values.ingress.domain }}yes{{ end -}}
{{- end }}

{{/*
tile.pages: the pages as JSON, the home page first. service, port: of the page's Service; host: its
field in spec.access.ingress.hosts of the lab, none for the home page, which is not the lab's.
Every page is one label below the domain, because a wildcard certificate covers one level only.
*/}}
{{- define "tile.pages" -}}
{{- $root := . -}}
{{- $lab := include "tile.lab" . -}}
{{- $pages := list (dict "name" "home" "service" (include "tile.home" .) "port" 8080) -}}
{{- range $part, $page := dict
  "kafkaUI" (dict "name" "kafka-ui" "port" 8080)
  "jupyter" (dict "name" "jupyter" "port" 8888)
  "grafana" (dict "name" "grafana" "port" 3000) -}}
{{- if (index $root.Values.lab $part).enabled -}}
{{- $pages = append $pages (merge (dict "field" $part "service" (printf "%s-%s" $lab $page.name)) $page) -}}
{{- end -}}
{{- end -}}
{{- $named := list -}}
{{- range $pages -}}
{{- $label := printf "%s-%s-%s" ($root.Values.projectId | default $root.Release.Namespace) $root.Release.Name .name | replace "." "-" -}}
{{- if gt (len $label) 63 }}{{ $label = printf "%s-%s" .name ($label | sha256sum | trunc 8) }}{{ end -}}
{{- $named = append $named (merge (dict "host" (printf "%s.%s" $label $root.Values.ingress.domain)) .) -}}
{{- end -}}
{{- toJson $named -}}
{{- end }}

{{- define "tile.scheme" -}}
{{ ternary "https" "http" .Values.ingress.tls }}
{{- end }}

{{/* tile.password: the key of a password that this lab has, for an example; none if it has none. */}}
{{- define "tile.password" -}}
{{- range include "tile.pages" . | fromJsonArray | rest | reverse | first | list -}}
{{- if . }}{{ .name }}-password{{ else if $.Values.lab.weather }}influxdb-password{{ end -}}
{{- end -}}
{{- end }}

{{/*
tile.plain: the spec without what is unset: texts that are empty, services that are off, and sizes
that the profile decides. Empty lists stay: they say "none". config is somebody's
own words, and stays as it is.
*/}}
{{- define "tile.plain" -}}
{{- $plain := dict -}}
{{- range $key, $value := . -}}
{{- if eq $key "config" -}}
{{- $_ := set $plain $key $value -}}
{{- else if kindIs "map" $value -}}
{{- $inner := include "tile.plain" $value | fromYaml -}}
{{- if not (or (and (hasKey $value "enabled") (not $value.enabled)) (and (eq $key "resources") (not $inner))) -}}
{{- $_ := set $plain $key $inner -}}
{{- end -}}
{{- else if not (or (eq $key "enabled") (kindIs "invalid" $value) (and (kindIs "string" $value) (eq $value ""))) -}}
{{- $_ := set $plain $key $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $plain -}}
{{- end }}
