{{/*
common.fetcher: the init container that fetches files and checks them. Its name is part of a chart's contract: the
operator reads its last words. `config`: the volume with its config.json; `mounts`: YAML of what else it mounts.
Usage: {{ include "common.fetcher" (dict "root" $ "name" "fetch-plugins" "config" "files" "mounts" "- {...}") }}
*/}}
{{- define "common.fetcher" -}}
{{- $image := .root.Values.fetcher.image -}}
- name: {{ .name }}
  image: {{ include "common.imageOf" (dict "image" $image "root" .root) | quote }}
  imagePullPolicy: {{ $image.pullPolicy }}
  args: [plugins]
  env:
    - {name: HOME, value: /tmp}
    {{- with include "common.egressEnv" .root | trim }}{{ . | nindent 4 }}{{ end }}
    {{- if .root.Values.egress.caBundle }}
    # Beside the folder of the image's own authorities.
    - {name: SSL_CERT_FILE, value: /etc/streaminglab/authorities/ca.crt}
    {{- end }}
  # The server's own: a pod needs the largest of its containers that run one by one.
  resources:
    {{- toYaml .root.Values.resources | nindent 4 }}
  securityContext:
    {{- include "common.containerSecurityContext" .root | nindent 4 }}
  terminationMessagePolicy: FallbackToLogsOnError
  volumeMounts:
    - {name: {{ .config }}, mountPath: /etc/streaminglab/config.json, subPath: config.json, readOnly: true}
    {{- .mounts | trim | nindent 4 }}
    {{- with include "common.egressAuthorities" .root | trim }}{{ . | nindent 4 }}{{ end }}
    - {name: tmp, mountPath: /tmp}
{{- end }}

{{/*
common.fetched: the config.json that it reads (jobs/src/streaminglab_jobs/plugins/declaration.py): the `files` to be
fetched, each with its name, into the folder `directory`; `jarsIn`: the folder that their jars are wanted in too. `word`:
what one of them is called where there is no image to fetch it with.
Usage: {{ include "common.fetched" (dict "root" $ "word" "plugin" "files" $plugins "directory" "/opt/plugins") }}
*/}}
{{- define "common.fetched" -}}
{{- if and .files (not .root.Values.fetcher.image.repository) }}
{{- fail (printf "%s %s must be fetched: set fetcher.image.repository" .word (first .files).name) }}
{{- end }}
{{- $config := dict "directory" .directory "plugins" .files }}
{{- with .jarsIn }}{{ $_ := set $config "jarsIn" . }}{{ end }}
{{- with .root.Values.mavenRepository }}{{ $_ := set $config "mavenRepository" . }}{{ end }}
{{- $config | toPrettyJson }}
{{- end }}
