{{- define "chart.component" -}}toolbox{{- end }}
