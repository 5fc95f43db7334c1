{{- define "chart.component" -}}kafka-ui{{- end }}

{{/*
kafka-ui.config: kafbat's configuration file. Only keys that its documentation names
(tests/charts/data/kafbat-keys.yaml); the password comes by the environment, never from here.
*/}}
{{- define "kafka-ui.config" -}}
kafka:
  clusters:
    - name: {{ .Values.kafka.clusterName | quote }}
      bootstrapServers: {{ .Values.kafka.bootstrapServers | default "kafka:9092" | quote }}
      readOnly: {{ .Values.readOnly }}
      {{- with .Values.schemaRegistry.url }}
      schemaRegistry: {{ . | quote }}
      # kafbat chooses a serde by its patterns alone, and the one that it makes by itself has none: Avro
      # would be shown as text. What is not of the registry falls back to text.
      serde:
        - name: SchemaRegistry
          topicKeysPattern: '(?!__consumer_offsets$).*'
          topicValuesPattern: '(?!__consumer_offsets$).*'
      {{- end }}
      {{- with .Values.ksqldb.url }}
      ksqldbServer: {{ . | quote }}
      {{- end }}
      {{- with .Values.connect.url }}
      kafkaConnect:
        - name: connect
          address: {{ . | quote }}
      {{- end }}
{{- if .Values.login.enabled }}
auth:
  type: LOGIN_FORM
spring:
  security:
    user:
      name: {{ .Values.login.username | quote }}
{{- else }}
auth:
  type: DISABLED
{{- end }}
{{- with .Values.contextPath }}
server:
  servlet:
    context-path: {{ . | quote }}
{{- end }}
# It would ask GitHub for newer releases, where a lab cannot reach.
github:
  release:
    info:
      enabled: false
logging:
  level:
    io.kafbat.ui: INFO
{{- end }}
