{{- define "chart.component" -}}influxdb{{- end }}

{{/*
influxdb.env: influxd reads every option --some-name as INFLUXD_SOME_NAME.
Ours first, then values config, which may replace them (the schema keeps it off the paths).
*/}}
{{- define "influxdb.env" -}}
{{- $ours := dict
  "reporting-disabled" "true"
  "pprof-disabled" "true"
  "template-file-urls-disabled" "true"
  "storage-cache-max-memory-size" "268435456"
  "bolt-path" "/var/lib/influxdb2/influxd.bolt"
  "engine-path" "/var/lib/influxdb2/engine"
  "sqlite-path" "/var/lib/influxdb2/influxd.sqlite" }}
{{- range $option, $value := merge (dict) .Values.config $ours }}
- {name: {{ printf "INFLUXD_%s" ($option | upper | replace "-" "_") }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
