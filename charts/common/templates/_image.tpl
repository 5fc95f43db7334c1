{{/*
common.image: one reference. A digest wins over the tag: it names the bytes, the tag only a promise.
*/}}
{{- define "common.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag }}
{{- end -}}
{{- end -}}
{{- end }}
