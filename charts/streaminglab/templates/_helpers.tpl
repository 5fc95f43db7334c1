{{- define "chart.component" -}}lab{{- end }}

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

{{/* tile.exposed: "yes" when the pages have host names. A region of OpenShift may have Routes alone. */}}
{{- define "tile.exposed" -}}
{{- if and (or .Values.ingress.enabled .Values.route.enabled) .Values.ingress.domain (include "tile.pages" . | fromJsonArray) }}yes{{ end -}}
{{- end }}

{{/*
tile.pages: the lab's pages as JSON, its own page first. service, port: of the page's Service; host: its
field in spec.access.ingress.hosts of the lab. Which there are says files/pages.json, which is generated.
Every page is one label below the domain, because a wildcard certificate covers one level only.
*/}}
{{- define "tile.pages" -}}
{{- $root := . -}}
{{- $lab := include "tile.lab" . -}}
{{- $pages := list -}}
{{- range .Files.Get "files/pages.json" | fromJsonArray -}}
{{- if (index $root.Values.lab .field).enabled -}}
{{- $label := printf "%s-%s-%s" ($root.Values.projectId | default $root.Release.Namespace) $root.Release.Name .name | replace "." "-" -}}
{{- if gt (len $label) 63 }}{{ $label = printf "%s-%s" .name ($label | sha256sum | trunc 8) }}{{ end -}}
{{- $more := dict "service" (printf "%s-%s" $lab .name) "host" (printf "%s.%s" $label (lower $root.Values.ingress.domain)) -}}
{{- $pages = append $pages (merge $more .) -}}
{{- end -}}
{{- end -}}
{{- toJson $pages -}}
{{- end }}

{{- define "tile.scheme" -}}
{{ ternary "https" "http" (or .Values.ingress.tls (ne (include "tile.issuer" .) "")) }}
{{- end }}

{{/* tile.issuer: the ClusterIssuer of cert-manager that gives the pages their certificate; "" without. */}}
{{- define "tile.issuer" -}}
{{- if .Values.ingress.useCertManager }}{{ .Values.ingress.certManagerClusterIssuer }}{{ end -}}
{{- end }}

{{/* tile.passwords: the Secret with the password that was chosen. */}}
{{- define "tile.passwords" -}}
{{ include "tile.lab" . }}-passwords
{{- end }}

{{/* tile.password: the key of a password that this lab has, its page's first; none if it has none. */}}
{{- define "tile.password" -}}
{{- with include "tile.pages" . | fromJsonArray | first -}}
{{ .name }}-password
{{- else -}}
{{- if .Values.lab.weather }}influxdb-password{{ end -}}
{{- end -}}
{{- end }}

{{/*
tile.plain: the spec without what is unset: texts that are empty, services that are off, and sizes
that the profile decides. Empty lists stay: they say "none". Maps of somebody's own
words (config, labels of nodes and pods) stay as they are.
*/}}
{{- define "tile.plain" -}}
{{- $plain := dict -}}
{{- range $key, $value := . -}}
{{- if has $key (list "config" "nodeSelector" "labels" "annotations") -}}
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
