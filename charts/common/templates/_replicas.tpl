{{/*
Suspended (values `suspended`): no pod runs, and all that pods leave behind stays.

  common.replicas        {{ include "common.replicas" (dict "root" $ "of" 3) }}: 0 while suspended, else `of`.
  common.suspendedNote   The last words of NOTES.txt, where everything else speaks of pods that start.

A Job has no replicas; it takes `suspend: true` itself (lab-job). A PodDisruptionBudget
that counts pods which must run (Kafka's) is left out.
*/}}
{{- define "common.replicas" -}}
{{- ternary 0 .of .root.Values.suspended -}}
{{- end }}

{{- define "common.suspendedNote" -}}
{{- if .Values.suspended }}

It is suspended: no pod runs, and its data is kept. To start it:
  helm -n {{ .Release.Namespace }} upgrade {{ .Release.Name }} charts/{{ .Chart.Name }} --reuse-values --set suspended=false
{{- end }}
{{- end }}
