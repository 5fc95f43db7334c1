{{- define "chart.component" -}}access{{- end }}

{{/*
access.rules: refuses a host that appears twice, and gives nothing. Of two such rules the controller
would follow one, and which is its own secret.
Usage: {{- include "access.rules" (dict "name" "ingress.rules" "rules" .rules) }}
*/}}
{{- define "access.rules" -}}
{{- $seen := dict -}}
{{- range .rules -}}
{{- if hasKey $seen .host -}}
{{- fail (printf "%s: the host %s appears twice" $.name .host) -}}
{{- end -}}
{{- $_ := set $seen .host true -}}
{{- end -}}
{{- end }}
