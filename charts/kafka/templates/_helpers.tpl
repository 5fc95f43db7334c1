{{- define "chart.component" -}}kafka{{- end }}

{{/*
kafka.clusterId: 22 characters of base64url for 16 bytes; the last character carries 2 bits only,
hence the fixed "A". Derived, not random: the same release gives the same id in every render.
*/}}
{{- define "kafka.clusterId" -}}
{{- if .Values.clusterId -}}
{{ .Values.clusterId }}
{{- else -}}
{{ printf "%s/%s" .Release.Namespace .Release.Name | sha256sum | trunc 21 }}A
{{- end -}}
{{- end }}

{{- define "kafka.controllers" -}}
{{ .Values.controllers | default .Values.replicas | int }}
{{- end }}

{{/* kafka.files: everything that a broker reads at its start; its digest restarts the pods. */}}
{{- define "kafka.files" -}}
start.sh: |
  {{- .Files.Get "files/start.sh" | nindent 2 }}
server.properties: |
  {{- tpl (.Files.Get "files/server.properties.tpl") . | trim | nindent 2 }}
log4j2.properties: |
  {{- .Files.Get "files/log4j2.properties" | nindent 2 }}
{{- end }}
