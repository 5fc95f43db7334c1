{{- define "chart.component" -}}dbt{{- end }}

{{- define "dbt.secret" -}}
{{ .Values.postgresql.existingSecret.name | default .Release.Name }}
{{- end }}

{{/* dbt.key: a path of project.inline as a key of a ConfigMap, which may hold no "/". */}}
{{- define "dbt.key" -}}
{{ . | replace "/" "__" }}
{{- end }}
