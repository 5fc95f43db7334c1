{{/*
What every pod of StreamingLab has in common, so that no chart can forget it.

  common.podSpec                   pod level: no API token, no service links (Kubernetes would add an
                                   environment variable per Service of the namespace, and Kafka and
                                   InfluxDB read their settings from the environment), uid, seccomp.
                                   A chart with an affinity of its own gives it as `ownAffinity`.
  common.containerSecurityContext  container level: Pod Security "restricted" and a read-only root.
*/}}

{{- define "common.podSpec" -}}
{{- $scheduling := .Values.scheduling | default dict }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "common.podSecurityContext" . | nindent 2 }}
{{- with omit $scheduling "affinity" }}
{{ toYaml . }}
{{- end }}
{{- with merge (deepCopy ($scheduling.affinity | default dict)) (.ownAffinity | default dict) }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "common.podSecurityContext" -}}
runAsNonRoot: true
{{- with .Values.runAsUser }}
# Explicit: an image that names its user by name cannot be checked by runAsNonRoot.
runAsUser: {{ int64 . }}
runAsGroup: {{ int64 . }}
# The volume's group, so that a fresh volume owned by root can be written.
fsGroup: {{ int64 . }}
{{- end }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "common.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/*
common.podMetadata: labels and annotations of a pod template.
Usage: {{ include "common.podMetadata" (dict "root" $ "config" "text whose change must restart the pod") }}
  labels  more labels, of pods of one component that are not alike (Kafka's brokers)
*/}}
{{- define "common.podMetadata" -}}
labels:
  {{- include "common.podLabels" .root | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- if or .config .root.Values.podAnnotations }}
annotations:
  {{- with .config }}
  checksum/config: {{ sha256sum . }}
  {{- end }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}
