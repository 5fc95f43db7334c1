{{/*
common.image: one reference. A digest wins over the tag: it names the bytes, the tag only a promise.
*/}}
{{- define "common.image" -}}
{{- include "common.imageOf" (dict "image" .Values.image "root" .) -}}
{{- end }}

{{/*
common.imageOf: the same of another image than `.Values.image`. It takes "image" and "root".
A repository's first part is a registry if it has a dot or a colon, or is localhost:
https://pkg.go.dev/github.com/distribution/reference
*/}}
{{- define "common.imageOf" -}}
{{- $registry := "" -}}
{{- if not (regexMatch "^([^/]*[.:][^/]*|localhost)/" .image.repository) -}}
{{- $registry = coalesce (.root.Values.global).imageRegistry .image.registry "" -}}
{{- end -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{- .image.repository -}}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ .image.tag }}{{ end -}}
{{- end }}
