{{- define "chart.component" -}}connect{{- end }}

{{- define "kafka-connect.bootstrap" -}}
{{ .Values.kafka.bootstrapServers | default "kafka:9092" }}
{{- end }}

{{- define "kafka-connect.group" -}}
{{ .Values.groupId | default .Release.Name }}
{{- end }}

{{/* kafka-connect.fromImages: not empty when some plugins are copied out of images. */}}
{{- define "kafka-connect.fromImages" -}}
{{- if .Values.bundled.image.repository -}}yes{{- end -}}
{{- range .Values.plugins }}{{ if .image }}yes{{ end }}{{ end -}}
{{- end }}

{{/*
kafka-connect.fetches: empty when all plugins are copied out of images: the folder of what is fetched
is not looked into then, and an init container that would see to it is a second or two of each start.
*/}}
{{- define "kafka-connect.fetches" -}}
{{- if not (include "kafka-connect.fromImages" .) -}}yes{{- end -}}
{{- range .Values.plugins }}{{ if not .image }}yes{{ end }}{{ end -}}
{{- end }}

{{/*
kafka-connect.pluginPath: what is fetched is kept on the pod's own volume; what is copied out of an
image is copied anew for every pod, so that nothing of an older image can stay.
*/}}
{{- define "kafka-connect.pluginPath" -}}
{{- $path := list }}
{{- if include "kafka-connect.fetches" . }}{{ $path = append $path "/opt/plugins" }}{{ end }}
{{- if include "kafka-connect.fromImages" . }}{{ $path = append $path "/opt/image-plugins" }}{{ end }}
{{- join "," $path }}
{{- end }}

{{/* kafka-connect.fetched: what the fetcher reads: the plugins that it has to fetch. */}}
{{- define "kafka-connect.fetched" -}}
{{- $plugins := list }}
{{- range .Values.plugins }}
{{- if not .image }}{{ $plugins = append $plugins . }}{{ end }}
{{- end }}
{{- include "common.fetched" (dict "root" $ "word" "plugin" "files" $plugins "directory" "/opt/plugins") }}
{{- end }}

{{/* kafka-connect.files: all that a pod reads at its start; its digest restarts the pods. */}}
{{- define "kafka-connect.files" -}}
start.sh: |
  {{- .Files.Get "files/start.sh" | nindent 2 }}
worker.properties: |
  {{- tpl (.Files.Get "files/worker.properties.tpl") . | trim | nindent 2 }}
log4j2.properties: |
  {{- .Files.Get "files/log4j2.properties" | nindent 2 }}
config.json: |
  {{- include "kafka-connect.fetched" . | nindent 2 }}
{{- end }}

{{/* kafka-connect.copyName: a container's name from a plugin's; at most 63 characters. */}}
{{- define "kafka-connect.copyName" -}}
{{- if gt (len .) 58 -}}
copy-{{ trunc 49 . }}-{{ sha256sum . | trunc 8 }}
{{- else -}}
copy-{{ . }}
{{- end -}}
{{- end }}

{{/*
kafka-connect.affinity: on the node of the pod that the drop folder's volume belongs to. Most volumes
can be mounted on one node at a time (ReadWriteOnce); on another one a worker would wait for ever.
*/}}
{{- define "kafka-connect.affinity" -}}
{{- with .Values.dropFolder.podLabels }}
podAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- toYaml . | nindent 10 }}
{{- end }}
{{- end }}
