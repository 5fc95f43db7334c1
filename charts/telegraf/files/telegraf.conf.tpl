{{- $brokers := .Values.kafka.bootstrapServers | default "kafka:9092" | nospace | splitList "," }}
{{- $alert := printf "%s_alert" .Values.measurement }}
[agent]
  omit_hostname = true
  round_interval = false
  skip_processors_after_aggregators = true
  # A record is in Kafka this long after InfluxDB sent its point, at most.
  flush_interval = "250ms"
  metric_batch_size = 5000
  # So many points may wait for Kafka (about 1 KB each). With more, the oldest are dropped: the
  # comparison of the topics finds them missing and has them sent again.
  metric_buffer_limit = 40000

# InfluxDB's replication stream: pushed, and queued on InfluxDB's disk while nobody takes it.
[[inputs.influxdb_v2_listener]]
  service_address = ":{{ int .Values.listener.port }}"
  parser_type = "upstream"
  use_internal_statistics = true
  # No max_undelivered_metrics: above it the listener answers 429, and after any refusal InfluxDB
  # sends again all that it had sent since its queue last moved on (10 MB). With a longer queue than
  # the limit that never ends, and every round is in Kafka once more. A lost point can be mended, a
  # record that is there twice cannot.
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
  # To InfluxDB any other answer, Telegraf's own 204 too, is an alert that was not sent (Flux,
  # http.endpoint: _sent).
  http_success_code = 200
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

# Does Telegraf still hold points for Kafka? GET answers 200 when it holds none, and 503 when it
# holds some (those of a write that is under way count too), or has not looked for a second. What a
# 200 says is less than three seconds old. The lab's verify job repeats points only after it: what
# Telegraf held would come twice.
[[inputs.internal]]
  # No multiple of the pauses between an injection's writes, so that it sees the moments between.
  interval = "300ms"
  collect_memstats = false
  namepass = ["internal_write"]
  fieldinclude = ["buffer_size"]
  [inputs.internal.tagpass]
    alias = ["points"]

[[outputs.health]]
  alias = "health"
  service_address = "tcp://:{{ int .Values.health.port }}"
  default_status = 503
  max_time_between_metrics = "1s"
  metric_batch_size = 100
  metric_buffer_limit = 100
  namepass = ["internal_write"]
  [outputs.health.tagpass]
    alias = ["points"]
  [[outputs.health.contains]]
    field = "buffer_size"
  [[outputs.health.compares]]
    field = "buffer_size"
    le = 0.0
