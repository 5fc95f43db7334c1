{{- define "chart.component" -}}schema-registry{{- end }}

{{/*
schema-registry.env: Apicurio reads every property some.name as SOME_NAME. Its own names for the
topics are the same in every release; a leading underscore is what tools take for internal.
*/}}
{{- define "schema-registry.env" -}}
{{- if eq .Values.storage "kafka" }}
- {name: APICURIO_STORAGE_KIND, value: kafkasql}
- {name: APICURIO_KAFKASQL_BOOTSTRAP_SERVERS, value: {{ .Values.kafka.bootstrapServers | default "kafka:9092" | quote }}}
- {name: APICURIO_KAFKASQL_TOPIC, value: "_{{ .Release.Name }}-journal"}
- {name: APICURIO_KAFKASQL_SNAPSHOTS_TOPIC, value: "_{{ .Release.Name }}-snapshots"}
- {name: APICURIO_EVENTS_KAFKA_TOPIC, value: "_{{ .Release.Name }}-events"}
# A start waits this long, in milliseconds, for a snapshot that a young lab does not have.
- {name: APICURIO_KAFKASQL_CONSUMER_POLL_TIMEOUT, value: "1000"}
{{- else }}
- {name: APICURIO_STORAGE_KIND, value: sql}
- {name: APICURIO_STORAGE_SQL_KIND, value: h2}
{{- end }}
{{- end }}
