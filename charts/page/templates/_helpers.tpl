{{- define "chart.component" -}}page{{- end }}

{{/* page.lab: the lab that is shown. A lab that runs a page names itself; by hand it is --set lab=. */}}
{{- define "page.lab" -}}
{{ .Values.lab | default (.Release.Name | trimSuffix "-page") }}
{{- end }}

{{- define "page.secret" -}}
{{ .Values.existingSecret.name | default (printf "%s-credentials" (include "page.lab" .)) }}
{{- end }}
