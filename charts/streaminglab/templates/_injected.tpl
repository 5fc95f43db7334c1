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
{{- range $field, $text := dict "lab.egress.caBundle" $own.caBundle "certificates.cacerts" (index $egress "caBundle") -}}
{{- if and $text (include "tile.damaged" $text) }}{{ fail (printf "%s: %s" $field (index ($.Files.Get "files/rules.json" | fromJson).words "ca-bundle-readable")) }}{{ end -}}
{{- end -}}
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

{{/*
tile.authorities: the certificates alone, without comments and keys, and in lines of 64 as OpenSSL wants
them, whatever became of the lines on the way here (blanks for them, or a backslash and an n).
*/}}
{{- define "tile.authorities" -}}
{{- $text := .Values.certificates.cacerts -}}
{{- if and $text (not (contains "-----BEGIN" $text)) (not (regexMatch "^https?://" $text)) }}{{ $text = regexReplaceAll "\\s" $text "" | b64dec }}{{ end -}}
{{- $found := list -}}
{{- range regexFindAll "-----BEGIN CERTIFICATE-----[^-]*(-----END CERTIFICATE-----)?" ($text | replace "\\r" "" | replace "\\n" "\n") -1 -}}
{{- $lines := regexFindAll ".{1,64}" (include "tile.base64" .) -1 | join "\n" -}}
{{- $found = append $found (printf "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----" $lines) -}}
{{- end -}}
{{- $bundle := join "\n" $found -}}
{{- if gt (len $bundle) 32768 }}{{ fail "certificates.cacerts: a lab takes 32 KiB of certificates at most; ask the administrator of the catalog" }}{{ end -}}
{{- if $found }}{{ $bundle }}{{ end -}}
{{- end }}

{{/* tile.base64: what stands between the lines of a PEM certificate. */}}
{{- define "tile.base64" -}}
{{- regexReplaceAll "-----[A-Z ]+-----|\\s" . "" -}}
{{- end }}

{{/*
tile.damaged: "yes" where one of some PEM certificates is no whole one. DER begins with its kind (0x30) and,
for more than 255 bytes, with 0x82 and its length: https://www.itu.int/rec/T-REC-X.690 (8.1.3).
*/}}
{{- define "tile.damaged" -}}
{{- range regexFindAll "-----BEGIN CERTIFICATE-----[^-]*" . -1 -}}
{{- $der := include "tile.base64" . | b64dec -}}
{{- if lt (len $der) 256 }}yes
{{- else if or (ne (index $der 0 | int) 48) (ne (index $der 1 | int) 130) }}yes
{{- else if ne (len $der) (add 4 (mul 256 (index $der 2 | int)) (index $der 3 | int) | int) }}yes
{{- end -}}
{{- end -}}
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
