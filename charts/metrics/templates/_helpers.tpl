{{- define "chart.component" -}}metrics{{- end }}

{{- define "metrics.config" -}}
{{ tpl (.Files.Get "files/telegraf.conf.tpl") . | trim }}
{{- end }}
