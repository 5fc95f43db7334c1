{{/* What Onyxia has injected of its region and its user, in the words of a lab's spec. */}}

{{/* tile.egress: `lab.egress` as YAML, filled with the region's where it says nothing. */}}
{{- define "tile.egress" -}}
{{- $egress := dict -}}
{{- with .Values.repository.pipRepository }}{{ $_ := set $egress "pipIndex" . }}{{ end -}}
{{- with include "tile.authorities" . }}{{ $_ := set $egress "caBundle" . }}{{ end -}}
{{- if .Values.proxy.enabled -}}
{{- with .Values.proxy.httpProxy }}{{ $_ := set $egress "httpProxy" . }}{{ end -}}
{{- with .Values.proxy.httpsProxy }}{{ $_ := set $egress "httpsProxy" . }}{{ end -}}
{{- with include "tile.noProxy" . | fromJsonArray }}{{ $_ := set $egress "noProxy" . }}{{ end -}}
{{- end -}}
{{- $own := include "tile.plain" .Values.lab.egress | fromYaml -}}
{{- if not $own.noProxy }}{{ $_ := unset $own "noProxy" }}{{ end -}}
{{- toYaml (merge $own $egress) -}}
{{- end }}

{{/* tile.noProxy: as a list, and `*.example.org` as a lab writes it. */}}
{{- define "tile.noProxy" -}}
{{- $fits := (.Files.Get "files/rules.json" | fromJson).noProxy -}}
{{- $found := list -}}
{{- range regexSplit "[,\\s]+" .Values.proxy.noProxy -1 -}}
{{- $entry := regexReplaceAll "^[*][.]" . "." -}}
{{- if and $entry (regexMatch $fits $entry) }}{{ $found = append $found $entry }}{{ end -}}
{{- end -}}
{{- $found = uniq $found -}}
{{- if gt (len $found) 32 }}{{ $found = slice $found 0 32 }}{{ end -}}
{{- toJson $found -}}
{{- end }}

{{/* tile.authorities: the certificates alone, without comments and keys. */}}
{{- define "tile.authorities" -}}
{{- $text := .Values.certificates.cacerts -}}
{{- if and $text (not (contains "-----BEGIN" $text)) (not (regexMatch "^https?://" $text)) }}{{ $text = b64dec $text }}{{ end -}}
{{- $found := regexFindAll "-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----" $text -1 -}}
{{- $bundle := join "\n" $found -}}
{{- if gt (len $bundle) 32768 }}{{ fail "certificates.cacerts: a lab takes 32 KiB of certificates at most; ask the administrator of the catalog" }}{{ end -}}
{{- if $found }}{{ $bundle }}{{ end -}}
{{- end }}

{{/* tile.account: the account of Jupyter's kubectl that this release makes; "" without. */}}
{{- define "tile.account" -}}
{{- $jupyter := .Values.lab.jupyter -}}
{{- if and .Values.kubernetes.enabled $jupyter.enabled (not $jupyter.serviceAccountName) }}{{ include "tile.lab" . }}-kubectl{{ end -}}
{{- end }}

{{/* tile.s3: name of the Secret with the keys of the user's storage; "" without. */}}
{{- define "tile.s3" -}}
{{- if and .Values.s3.enabled .Values.s3.accessKeyId .Values.s3.secretAccessKey }}{{ include "tile.lab" . }}-s3{{ end -}}
{{- end }}
