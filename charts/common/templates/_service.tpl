{{/*
common.service: a headless Service (clusterIP: None): its name leads straight to the pods. The API
server hands cluster IPs out one after the other, and the more there are the slower; nothing that
talks to a lab needs one (docs/decisions/0047). Nothing translates between port and pod, so that each
port is the container's own number.
Usage: {{ include "common.service" (dict "root" $ "name" "optional" "selector" "optional, YAML"
  "early" true "ports" (list (dict "name" "client" "port" 9092))) }}
early: the name leads to pods that are not ready, too. For what clients ask for while it starts: a name
without an address is an error that resolvers keep for up to 30 s, a closed port is tried again.
*/}}
{{- define "common.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "common.metadata" (dict "root" .root "name" .name) | nindent 2 }}
spec:
  type: ClusterIP
  clusterIP: None
  {{- if .early }}
  publishNotReadyAddresses: true
  {{- end }}
  selector:
    {{- include "common.selectorLabels" .root | nindent 4 }}
    {{- with .selector }}
    {{- . | nindent 4 }}
    {{- end }}
  ports:
    {{- range .ports }}
    - {name: {{ .name }}, port: {{ .port }}, targetPort: {{ .name }}}
    {{- end }}
{{- end }}

{{/*
common.services: the Service of the release and, where `aliasService` is set, a second one of that short
name (`kafka`, `influxdb`), so that the commands printed in a course work as they stand. The short name
has the first port alone. With a selector, not an ExternalName: an ExternalName needs the cluster's
domain, and "kubectl port-forward svc/kafka" refuses it.
Usage: as common.service, without a name.
*/}}
{{- define "common.services" -}}
{{- include "common.service" . }}
{{- with .root.Values.aliasService }}
---
{{ include "common.service" (dict "root" $.root "name" . "early" $.early "ports" (list (first $.ports))) }}
{{- end }}
{{- end }}
