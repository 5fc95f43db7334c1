{{- define "chart.component" -}}sftp{{- end }}

{{- define "sftp.secret" -}}
{{ .Values.existingSecret.name | default .Release.Name }}
{{- end }}

{{/* sftp.claim: spec of a volume claim. Usage: {{ include "sftp.claim" (dict "root" $ "size" "1Gi") }} */}}
{{- define "sftp.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .root.Values.storage.className }}
storageClassName: {{ . | quote }}
{{- end }}
resources:
  requests:
    storage: {{ .size }}
{{- end }}
