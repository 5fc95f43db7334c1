{{- define "chart.component" -}}operator{{- end }}

{{/* operator.scope: "all" or "namespaces", by whether watchNamespaces is empty. */}}
{{- define "operator.scope" -}}
{{- ternary "namespaces" "all" (gt (len .Values.watchNamespaces) 0) -}}
{{- end }}

{{/* operator.bind: subject of every binding. */}}
{{- define "operator.subject" -}}
- kind: ServiceAccount
  name: {{ .Release.Name | quote }}
  namespace: {{ .Release.Namespace | quote }}
{{- end }}

{{/*
operator.clusterName: cluster-scoped objects are named by namespace and release, so that two
installations do not fight over one.
*/}}
{{- define "operator.clusterName" -}}
{{ printf "%s:%s" .Release.Namespace .Release.Name }}
{{- end }}
