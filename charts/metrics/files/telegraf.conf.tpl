{{- $period := int .Values.periodSeconds }}
{{- /* Less than the period: a broker that is away must not hold up its own next round. */}}
{{- $patience := printf "%dms" (min 5000 (div (mul $period 1000 9) 10)) }}
[agent]
  omit_hostname = true
  skip_processors_after_aggregators = true
  interval = "{{ $period }}s"
  # All points of a round have one time, so that curves of several brokers can be added up.
  round_interval = true
  precision = "1s"
  flush_interval = "1s"
  metric_batch_size = 5000
  # So many points may wait for InfluxDB. With more, the oldest are dropped: a curve has a gap then.
  metric_buffer_limit = 20000
{{- range $id, $url := .Values.brokers }}

[[inputs.http]]
  alias = "broker-{{ $id }}"
  urls = [{{ printf "%s/metrics" $url | toJson }}]
  timeout = {{ $patience | toJson }}
  data_format = "influx"
  tagexclude = ["url"]
  [inputs.http.tags]
    broker = "{{ $id }}"

# Of the cluster as a whole: the active controller alone answers with points.
[[inputs.http]]
  alias = "groups-{{ $id }}"
  urls = [{{ printf "%s/groups" $url | toJson }}]
  timeout = {{ $patience | toJson }}
  data_format = "influx"
  tagexclude = ["url"]
{{- end }}
{{- with .Values.connect.url }}

# Connectors and their tasks. A document is {"name": {"status": {"connector": .., "tasks": [..]}}}.
[[inputs.http]]
  alias = "connect"
  urls = [{{ printf "%s/connectors?expand=status" . | toJson }}]
  timeout = {{ $patience | toJson }}
  data_format = "xpath_json"
  tagexclude = ["url"]
  [[inputs.http.xpath]]
    metric_name = "'kafka_connect'"
    metric_selection = "/*/status"
    [inputs.http.xpath.tags]
      connector = "name"
      type = "type"
    [inputs.http.xpath.fields_int]
      running = "count(connector[state = 'RUNNING'])"
      tasks = "count(tasks/*)"
      tasks_running = "count(tasks/*[state = 'RUNNING'])"
      tasks_failed = "count(tasks/*[state = 'FAILED'])"
{{- end }}

[[outputs.influxdb_v2]]
  alias = "influxdb"
  urls = [{{ .Values.influxdb.url | default "http://influxdb:8086" | toJson }}]
  token = "${INFLUXDB_TOKEN}"
  organization = {{ .Values.influxdb.org | toJson }}
  bucket = {{ .Values.influxdb.bucket | toJson }}
  # Next door: to pack some kilobytes would cost more than to send them.
  content_encoding = "identity"
  namedrop = ["internal_*"]

# Have points arrived? 503 until the first ones have, then 200.
[[inputs.internal]]
  interval = "1s"
  collect_memstats = false
  namepass = ["internal_write"]
  fieldinclude = ["metrics_written"]
  [inputs.internal.tagpass]
    alias = ["influxdb"]

[[outputs.health]]
  alias = "health"
  service_address = "tcp://:{{ int .Values.health.port }}"
  default_status = 503
  metric_batch_size = 100
  metric_buffer_limit = 100
  namepass = ["internal_write"]
  [[outputs.health.compares]]
    field = "metrics_written"
    gt = 0.0
