{{/*
What the NOTES.txt of several charts say alike. Each begins with a new line.

  common.notes.ready      (dict "root" $ "kind" "deployment")   the command that waits for its pods
  common.notes.forward    (dict "root" $ "port" 8080)           the command that brings its port here
  common.notes.password   (dict "root" $ "secret" NAME "key" KEY)   the command that prints a password
  common.notes.waits      (dict "root" $ "secret" NAME "key" KEY "as" WORD)   by hand: the Secret that it
                          waits for; WORD of the shell makes the password
  common.notes.clients    .                                     that a NetworkPolicy says who may connect
  common.notes.image      (dict "root" $ "whose" "its")   that nobody publishes an image of ours; WHOSE image
  common.notes.goes       (dict "root" $ "what" "The data goes" "it" "it")   unless storage.retain
*/}}
{{- define "common.notes.ready" }}
  kubectl -n {{ .root.Release.Namespace }} rollout status {{ .kind }}/{{ .root.Release.Name }}
{{- end }}

{{- define "common.notes.forward" }}
  kubectl -n {{ .root.Release.Namespace }} port-forward svc/{{ .root.Release.Name }} {{ .port }}
{{- end }}

{{- define "common.notes.password" }}
  kubectl -n {{ .root.Release.Namespace }} get secret {{ .secret }} -o jsonpath='{.data.{{ .key | replace "." "\\." }}}' | base64 -d
{{- end }}

{{- define "common.notes.waits" -}}
{{- if not .root.Values.managedBy }}

It waits for its password, key {{ .key }} of Secret {{ .secret }}. If there is none yet:
  kubectl -n {{ .root.Release.Namespace }} create secret generic {{ .secret }} --from-literal={{ .key }}={{ .as }}
{{- end }}
{{- end }}

{{- define "common.notes.clients" -}}
{{- if and .Values.networkPolicy.enabled .Values.networkPolicy.clients }}
Only the pods listed in networkPolicy.clients may connect.
{{- end }}
{{- end }}

{{- define "common.notes.image" -}}
{{- $image := include "common.image" .root }}
{{- if not (regexMatch "^([^/]*[.:][^/]*|localhost)/" $image) }}

WARNING: {{ .whose }} image is {{ $image }}, without a registry: nodes that have not got it look for it
at docker.io, where nobody publishes it. Install the chart that `make publish` sent to your registry, or
set image.registry (or global.imageRegistry).
{{- end }}
{{- end }}

{{- define "common.notes.goes" -}}
{{- if not .root.Values.storage.retain }}

{{ .what }} when the release is uninstalled (storage.retain: true keeps {{ .it }}).
{{- end }}
{{- end }}
