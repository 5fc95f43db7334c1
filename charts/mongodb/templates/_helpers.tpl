{{- define "chart.component" -}}mongodb{{- end }}

{{- define "mongodb.secret" -}}
{{ .Values.existingSecret.name | default .Release.Name }}
{{- end }}

{{/*
mongodb.host: the name of the set's one member, which clients get from the server and connect to.
The Service's, because it stays; without the cluster's domain, which is not known here.
*/}}
{{- define "mongodb.host" -}}
{{ .Release.Name }}.{{ .Release.Namespace }}.svc
{{- end }}
