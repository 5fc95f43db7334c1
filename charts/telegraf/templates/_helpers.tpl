{{- define "chart.component" -}}telegraf{{- end }}

{{- define "telegraf.config" -}}
{{ tpl (.Files.Get "files/telegraf.conf.tpl") . | trim }}
{{- end }}

{{/*
telegraf.kafka: settings of one Kafka output: dict "brokers" "topic" "key".
When a write fails, Telegraf sends the whole batch again, and the part that had arrived is there
twice. So the Kafka client below it must not give up: it repeats without doubles (idempotent), and
long enough (max_retry x 100 ms; metadata_retry_max x metadata_retry_backoff while a partition has
no leader) that a broker may be away for minutes.
*/}}
{{- define "telegraf.kafka" -}}
brokers = {{ .brokers | toJson }}
topic = {{ .topic | toJson }}
version = "4.0.0"
client_id = "telegraf"
routing_tag = {{ .key | toJson }}
required_acks = -1
idempotent_writes = true
max_retry = 6000
metadata_retry_max = 1200
metadata_retry_backoff = "250ms"
# Kafka may come up after Telegraf.
startup_error_behavior = "retry"
data_format = "json"
json_timestamp_units = "1ns"
{{- end }}
