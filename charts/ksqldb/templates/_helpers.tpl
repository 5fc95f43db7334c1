{{- define "chart.component" -}}ksqldb{{- end }}

{{/* ksqldb.fetched: what the fetcher reads; empty when there are no functions. */}}
{{- define "ksqldb.fetched" -}}
{{- $functions := list }}
{{- range .Values.functions }}
{{- if .configMap }}
{{- $functions = append $functions (dict "name" .name "folder" (printf "/etc/streaminglab/functions/%s" .name)) }}
{{- else }}
{{- $functions = append $functions . }}
{{- end }}
{{- end }}
{{- if $functions }}
{{- $folders := dict "directory" "/opt/functions/fetched" "jarsIn" "/opt/functions/jars" }}
{{- include "common.fetched" (merge $folders (dict "root" $ "word" "functions" "files" $functions)) }}
{{- end }}
{{- end }}

{{/* ksqldb.digest: text whose change restarts the pod. */}}
{{- define "ksqldb.digest" -}}
{{- with include "ksqldb.fetched" . }}{{ . }}{{ include "common.egressDigest" $ | trim }}{{ end }}
{{- end }}

{{/* ksqldb.fetcherMounts: where the fetcher puts the functions, and the ConfigMaps that it takes some from. */}}
{{- define "ksqldb.fetcherMounts" -}}
- {name: functions, mountPath: /opt/functions}
{{- range $number, $one := .Values.functions }}
{{- if $one.configMap }}
- {name: functions-{{ $number }}, mountPath: "/etc/streaminglab/functions/{{ $one.name }}", readOnly: true}
{{- end }}
{{- end }}
{{- end }}

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
{{- if .Values.functions }}
# It looks there once, at its start, and no deeper.
- {name: KSQL_KSQL_EXTENSION_DIR, value: /opt/functions/jars}
{{- end }}
# No telemetry.
- {name: KSQL_CONFLUENT_SUPPORT_METRICS_ENABLE, value: "false"}
{{- end }}
