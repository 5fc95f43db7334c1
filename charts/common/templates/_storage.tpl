{{/*
A StatefulSet's own volume, one claim per pod.

  common.volumeClaimTemplate  dict "root" $ "name" "data". Immutable in Kubernetes: stable labels only.
  common.claimRetention       claims go with the StatefulSet unless storage.retain; scaling keeps them.
*/}}

{{- define "common.volumeClaimTemplate" -}}
metadata:
  name: {{ .name }}
  labels:
    {{- include "common.podLabels" .root | nindent 4 }}
spec:
  accessModes: [ReadWriteOnce]
  {{- with .root.Values.storage.className }}
  storageClassName: {{ . | quote }}
  {{- end }}
  resources:
    requests:
      storage: {{ .root.Values.storage.size }}
{{- end }}

{{- define "common.claimRetention" -}}
whenDeleted: {{ ternary "Retain" "Delete" .Values.storage.retain }}
whenScaled: Retain
{{- end }}
