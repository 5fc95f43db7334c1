{{- define "chart.component" -}}jupyter{{- end }}

{{/* jupyter.baseUrl: the path without its last slash; empty at the top. */}}
{{- define "jupyter.baseUrl" -}}
{{ trimSuffix "/" .Values.baseUrl }}
{{- end }}
