{{- define "chart.component" -}}ksqldb{{- end }}

{{/*
ksqldb.env: the image writes every variable KSQL_SOME_NAME into its configuration as some.name.
No KSQL_CONNECT_*: KSQL_CONNECT_GROUP_ID would start a Connect worker inside ksqlDB.
*/}}
{{- define "ksqldb.env" -}}
{{- $copies := int .Values.internalReplicationFactor | quote }}
- {name: KSQL_BOOTSTRAP_SERVERS, value: {{ .Values.kafka.bootstrapServers | default "kafka:9092" | quote }}}
- {name: KSQL_LISTENERS, value: "http://0.0.0.0:8088"}
- {name: KSQL_KSQL_SERVICE_ID, value: {{ .Values.serviceId | default .Release.Name | quote }}}
{{- with .Values.schemaRegistry.url }}
- {name: KSQL_KSQL_SCHEMA_REGISTRY_URL, value: {{ . | quote }}}
{{- end }}
{{- with .Values.connect.url }}
- {name: KSQL_KSQL_CONNECT_URL, value: {{ . | quote }}}
{{- end }}
- {name: KSQL_KSQL_STREAMS_STATE_DIR, value: /var/lib/kafka-streams}
- {name: KSQL_KSQL_INTERNAL_TOPIC_REPLICAS, value: {{ $copies }}}
- {name: KSQL_KSQL_STREAMS_REPLICATION_FACTOR, value: {{ $copies }}}
- {name: KSQL_KSQL_LOGGING_PROCESSING_TOPIC_REPLICATION_FACTOR, value: {{ $copies }}}
# Rows that cannot be read are told in a stream of their own, where a student finds them.
- {name: KSQL_KSQL_LOGGING_PROCESSING_TOPIC_AUTO_CREATE, value: "true"}
- {name: KSQL_KSQL_LOGGING_PROCESSING_STREAM_AUTO_CREATE, value: "true"}
# No telemetry.
- {name: KSQL_CONFLUENT_SUPPORT_METRICS_ENABLE, value: "false"}
{{- end }}
