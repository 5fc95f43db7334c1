{{- $brokers := .Values.kafka.bootstrapServers | default "kafka:9092" | nospace | splitList "," }}
{{- $alert := printf "%s_alert" .Values.measurement }}
[agent]
  omit_hostname = true
  round_interval = false
  skip_processors_after_aggregators = true
  # A record is in Kafka this long after InfluxDB sent its point, at most.
  flush_interval = "250ms"
  metric_batch_size = 5000
  # More than the listener ever takes in, so that this buffer never drops a point.
  metric_buffer_limit = 40000

# InfluxDB's replication stream: pushed, and queued on InfluxDB's disk while nobody takes it.
[[inputs.influxdb_v2_listener]]
  service_address = ":{{ int .Values.listener.port }}"
  parser_type = "upstream"
  use_internal_statistics = true
  # Above this many points that are not yet in Kafka, the listener answers 429 and InfluxDB keeps
  # its queue. InfluxDB sends at most 5,000 points at once; a larger batch than this limit would be
  # refused for ever.
  max_undelivered_metrics = 20000
{{- if .Values.listener.existingSecret.name }}
  token = "${TELEGRAF_TOKEN}"
{{- end }}

[[outputs.kafka]]
  alias = "points"
  {{- include "telegraf.kafka" (dict "brokers" $brokers "topic" .Values.topic "key" .Values.keyTag) | nindent 2 }}
  # Nothing else that is in the bucket, such as the marker of an injection's run.
  namepass = [{{ .Values.measurement | toJson }}]
{{- if .Values.alerts.enabled }}

# InfluxDB's alerts: its HTTP notification is the row of the check as one flat JSON object.
[[inputs.http_listener_v2]]
  service_address = "tcp://:{{ int .Values.alerts.port }}"
  paths = ["/", "/alerts"]
  methods = ["POST"]
  max_body_size = "1MB"
  data_format = "json_v2"
  [[inputs.http_listener_v2.json_v2]]
    measurement_name = {{ $alert | toJson }}
    # The time of the point that raised the alert.
    timestamp_path = "_source_timestamp"
    timestamp_format = "unix_ns"
    [[inputs.http_listener_v2.json_v2.object]]
      path = "@this"
      disable_prepend_keys = true
      tags = [{{ .Values.keyTag | toJson }}, "_check_name", "_level"]

[[outputs.kafka]]
  alias = "alerts"
  {{- include "telegraf.kafka" (dict "brokers" $brokers "topic" .Values.alerts.topic "key" .Values.keyTag) | nindent 2 }}
  namepass = [{{ $alert | toJson }}]
{{- end }}
