{{/*
common.aliasService: a second, short name (`kafka`, `influxdb`) for the main Service, so that the
commands printed in a course work as they stand. Empty value: none.
Usage: {{ include "common.aliasService" (dict "root" $ "portName" "client" "port" 9092) }}
A Service with the same selector, not an ExternalName: an ExternalName needs the cluster's domain.
*/}}
{{- define "common.aliasService" -}}
{{- with .root.Values.aliasService }}
apiVersion: v1
kind: Service
metadata:
  {{- include "common.metadata" (dict "root" $.root "name" .) | nindent 2 }}
spec:
  type: ClusterIP
  selector:
    {{- include "common.selectorLabels" $.root | nindent 4 }}
  ports:
    - name: {{ $.portName }}
      port: {{ $.port }}
      targetPort: {{ $.portName }}
{{- end }}
{{- end }}
