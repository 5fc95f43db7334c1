{{- define "chart.component" -}}grafana{{- end }}

{{/* grafana.datasource: the token is read from the mounted Secret when Grafana starts. */}}
{{- define "grafana.datasource" -}}
apiVersion: 1
prune: true
datasources:
  - name: InfluxDB
    uid: influxdb
    type: influxdb
    access: proxy
    url: {{ .Values.influxdb.url | default "http://influxdb:8086" | quote }}
    isDefault: true
    editable: false
    jsonData:
      version: Flux
      organization: {{ .Values.influxdb.org | quote }}
      defaultBucket: {{ .Values.influxdb.bucket | quote }}
      # No window shorter than this: a lab's stations speak several times a second.
      timeInterval: 1s
    secureJsonData:
      token: $__file{/etc/streaminglab/secrets/influxdb-token}
{{- end }}

{{- define "grafana.provider" -}}
apiVersion: 1
providers:
  - name: streaminglab
    folder: StreamingLab
    type: file
    # A provided dashboard cannot be saved; a copy of it can.
    allowUiUpdates: false
    updateIntervalSeconds: 30
    options:
      path: /etc/streaminglab/dashboards
{{- end }}

{{- define "grafana.files" -}}
datasource.yaml: |
  {{- include "grafana.datasource" . | nindent 2 }}
{{- if .Values.dashboards }}
provider.yaml: |
  {{- include "grafana.provider" . | nindent 2 }}
weather.json: |
  {{- .Files.Get "files/weather.json" | nindent 2 }}
{{- if .Values.influxdb.metricsBucket }}
kafka.json: |
  {{- .Files.Get "files/kafka.json" | replace "kafka_metrics" .Values.influxdb.metricsBucket | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
