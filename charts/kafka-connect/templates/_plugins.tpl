{{/*
Init containers that bring the plugins. Their names are part of the chart's contract: the operator
reads their last words.
  copy-bundled    the folders of /plugins in the bundled image
  copy-<plugin>   one plugin out of an image of its own
  fetch-plugins   what is declared as Maven coordinates or address
Copies are one fixed command without a shell, so that no value is ever read as a program.
*/}}
{{- define "kafka-connect.pluginContainers" -}}
{{- with .Values.bundled.image }}
{{- if .repository }}
- name: copy-bundled
  image: {{ include "common.imageOf" (dict "image" . "root" $) | quote }}
  imagePullPolicy: {{ .pullPolicy }}
  command:
    - cp
    - -R
    {{- range $.Values.bundledPlugins }}
    - {{ printf "/plugins/%s" . | quote }}
    {{- else }}
    - /plugins/.
    {{- end }}
    - /opt/image-plugins/
  {{- include "kafka-connect.initCommon" $ | nindent 2 }}
  volumeMounts:
    - {name: image-plugins, mountPath: /opt/image-plugins}
{{- end }}
{{- end }}
{{- range .Values.plugins }}
{{- if .image }}
- name: {{ include "kafka-connect.copyName" .name }}
  image: {{ .image | quote }}
  command: [cp, -R, {{ .path | default "/plugins" | quote }}, /opt/image-plugin/]
  {{- include "kafka-connect.initCommon" $ | nindent 2 }}
  volumeMounts:
    - {name: image-plugins, mountPath: /opt/image-plugin, subPath: {{ .name | quote }}}
{{- end }}
{{- end }}
{{- if and .Values.fetcher.image.repository (include "kafka-connect.fetches" .) }}
# Also with nothing to fetch: it deletes what is declared no more.
{{ include "common.fetcher" (dict "root" $ "name" "fetch-plugins" "config" "files" "mounts" "- {name: plugins, mountPath: /opt/plugins}") }}
{{- end }}
{{- end }}

{{/* The worker's own resources: a pod needs the largest of its containers that run one by one. */}}
{{- define "kafka-connect.initCommon" -}}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  {{- include "common.containerSecurityContext" . | nindent 2 }}
terminationMessagePolicy: FallbackToLogsOnError
{{- end }}
