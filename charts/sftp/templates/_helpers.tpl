{{- define "chart.component" -}}sftp{{- end }}

{{- define "sftp.secret" -}}
{{ .Values.existingSecret.name | default .Release.Name }}
{{- end }}

{{/* sftp.userNames: names of the other users, with commas; refuses one that is there twice. */}}
{{- define "sftp.userNames" -}}
{{- $names := list .Values.username -}}
{{- range .Values.users -}}
{{- if has .name $names }}{{ fail (printf "users: %s is there twice" .name) }}{{ end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- join "," (rest $names) -}}
{{- end }}

{{/* sftp.userKeys: not empty when one of the other users has keys. */}}
{{- define "sftp.userKeys" -}}
{{- range .Values.users }}{{ if .authorizedKeys }}yes{{ end }}{{ end -}}
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

{{/*
sftp.affinity: a pod that is made anew comes back to the node where others have its volume mounted,
which cannot be given to another one meanwhile. A preference: they may be away.
*/}}
{{- define "sftp.affinity" -}}
{{- with .Values.readers.podLabels }}
podAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- toYaml . | nindent 12 }}
{{- end }}
{{- end }}
