{{- define "chart.component" -}}jupyter{{- end }}

{{/* jupyter.baseUrl: the path without its last slash; empty at the top. */}}
{{- define "jupyter.baseUrl" -}}
{{ trimSuffix "/" .Values.baseUrl }}
{{- end }}

{{/* jupyter.archives: the files that are fetched, as JSON; empty when there are none. */}}
{{- define "jupyter.archives" -}}
{{- $archives := list }}
{{- range .Values.files }}
{{- if .url }}{{ $archives = append $archives (dict "name" .name "url" .url "sha256" .sha256) }}{{ end }}
{{- end }}
{{- with $archives }}{{ . | toJson }}{{ end }}
{{- end }}

{{- define "jupyter.solutionsName" -}}
{{ .Release.Name }}-solutions
{{- end }}

{{/* jupyter.solutions: the data of their ConfigMap, whose keys have no "/". */}}
{{- define "jupyter.solutions" -}}
{{- range $path, $content := .Files.Glob "files/solutions/**" }}
{{ trimPrefix "files/solutions/" $path | replace "/" "__" }}: {{ toString $content | quote }}
{{- end }}
{{- end }}

{{/* jupyter.digest: text whose change restarts the pod. */}}
{{- define "jupyter.digest" -}}
{{ include "common.egressDigest" . }}
{{- if .Values.solutions }}{{ include "jupyter.solutions" . }}{{ end }}
{{- end }}
