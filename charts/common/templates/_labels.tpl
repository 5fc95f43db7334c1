{{/*
Labels of every StreamingLab object.

Scope: three sets that build on each other.
  common.selectorLabels  instance + component. Selectors are immutable: nothing else may ever enter.
  common.podLabels       selectorLabels + what people and the operator filter by. No version in it,
                         so that a chart release does not restart pods, and so that it may be used in
                         volumeClaimTemplates, which are immutable as well.
  common.labels          podLabels + chart and application version. For metadata of objects only.

Usage: every template takes the root context; the component's name comes from the chart's own
template "chart.component", because in lab-job it is a value.
*/}}

{{- define "common.selectorLabels" -}}
app.kubernetes.io/instance: {{ .Values.instance | default .Release.Name | quote }}
app.kubernetes.io/component: {{ include "chart.component" . | quote }}
{{- end }}

{{- define "common.podLabels" -}}
{{ include "common.selectorLabels" . }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/part-of: streaminglab
app.kubernetes.io/managed-by: {{ .Values.managedBy | default .Release.Service | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "common.labels" -}}
{{ include "common.podLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/*
common.metadata: name, namespace and labels of an object.
Usage: {{ include "common.metadata" (dict "root" $ "name" "optional, default the release's name") }}
*/}}
{{- define "common.metadata" -}}
name: {{ .name | default .root.Release.Name | quote }}
namespace: {{ .root.Release.Namespace | quote }}
labels:
  {{- include "common.labels" .root | nindent 2 }}
{{- end }}
