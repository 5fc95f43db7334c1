{{- define "chart.component" -}}kafka{{- end }}

{{/*
kafka.clusterId: 22 characters of base64url for 16 bytes; the last character carries 2 bits only,
hence the fixed "A". Derived, not random: the same release gives the same id in every render.
*/}}
{{- define "kafka.clusterId" -}}
{{- if .Values.clusterId -}}
{{ .Values.clusterId }}
{{- else -}}
{{ printf "%s/%s" .Release.Namespace .Release.Name | sha256sum | trunc 21 }}A
{{- end -}}
{{- end }}

{{- define "kafka.controllers" -}}
{{ .Values.controllers | default .Values.replicas | int }}
{{- end }}

{{/* kafka.broker: the name of a broker, of its StatefulSet and its Service. dict "root" $ "id" 1 */}}
{{- define "kafka.broker" -}}
{{ .root.Release.Name }}-{{ .id }}
{{- end }}

{{/* kafka.brokerLabel: what tells the pods of one broker from those of the others. Argument: its id. */}}
{{- define "kafka.brokerLabel" -}}
streaminglab.dev/broker: {{ . | quote }}
{{- end }}

{{/* kafka.running: how many pods a broker has: 1, or 0 while it is stopped. dict "root" $ "id" 1 */}}
{{- define "kafka.running" -}}
{{- $stopped := false -}}
{{- range .root.Values.stoppedBrokers }}{{ if eq (int .) $.id }}{{ $stopped = true }}{{ end }}{{ end -}}
{{ include "common.replicas" (dict "root" .root "of" (ternary 0 1 $stopped)) }}
{{- end }}

{{/*
kafka.external: not empty when a listener for clients outside is switched on. Then the brokers get
external.sh and the user; until then nothing of the chart differs, and no broker restarts.
*/}}
{{- define "kafka.external" -}}
{{- with .Values.external -}}
{{- if or .localhost.enabled .nodePort.enabled .loadBalancer.enabled -}}
{{- if not .existingSecret.name -}}
{{- fail "external.existingSecret.name is missing: a listener for clients outside needs a user and a password" -}}
{{- end -}}
{{- range $key, $given := dict "nodePort.ports" .nodePort.ports "loadBalancer.hosts" .loadBalancer.hosts -}}
{{- if and $given (ne (len $given) (int $.Values.replicas)) -}}
{{- fail (printf "external.%s has %d entries for %d brokers: give one a broker, or none" $key (len $given) (int $.Values.replicas)) -}}
{{- end -}}
{{- end -}}
on
{{- end -}}
{{- end -}}
{{- end }}

{{/*
kafka.openListeners: the names of those that have all they need, with blanks between. A listener
that has no address yet must not open: clients would be sent nowhere.
*/}}
{{- define "kafka.openListeners" -}}
{{- with .Values.external -}}
{{- if .localhost.enabled }} LOCALHOST {{ end -}}
{{- if and .nodePort.enabled .nodePort.ports }} NODEPORT {{ end -}}
{{- if and .loadBalancer.enabled .loadBalancer.hosts }} LOADBALANCER {{ end -}}
{{- end -}}
{{- end }}

{{/*
kafka.outsidePorts: what the pods open to the network for them, as JSON. Not LOCALHOST, which stays
inside the pod.
*/}}
{{- define "kafka.outsidePorts" -}}
{{- $open := include "kafka.openListeners" . -}}
{{- $ports := list -}}
{{- if contains "NODEPORT" $open }}{{ $ports = append $ports (dict "name" "nodeport" "containerPort" 9094) }}{{ end -}}
{{- if contains "LOADBALANCER" $open }}{{ $ports = append $ports (dict "name" "loadbalancer" "containerPort" 9095) }}{{ end -}}
{{ toJson $ports }}
{{- end }}

{{/*
kafka.start: start.sh; where there are listeners for clients outside, it reads external.sh after it
has written the settings; where it is measured, the agent opens one port more. Put in here, because a
line more in the file would restart all brokers.
*/}}
{{- define "kafka.start" -}}
{{- $start := .Files.Get "files/start.sh" -}}
{{- if include "kafka.external" . -}}
{{- $start = replace "\nwrite_config\n" "\nwrite_config\n. /opt/streaminglab/kafka/external.sh\n" $start -}}
{{- end -}}
{{- if .Values.metrics.enabled -}}
{{- $start = replace ",${role}\"" (printf ",${role},%s\"" (include "kafka.metricsPort" .)) $start -}}
{{- end -}}
{{ $start }}
{{- end }}

{{/* kafka.metricsPort: where the agent serves what is measured; no Service has it: brokers have names. */}}
{{- define "kafka.metricsPort" -}}9405{{- end }}

{{/* kafka.files: everything that a broker reads at its start; its digest restarts the pods. */}}
{{- define "kafka.files" -}}
start.sh: |
  {{- include "kafka.start" . | nindent 2 }}
{{- if include "kafka.external" . }}
{{- range list "external.sh" "set-user.sh" "user.sh" }}
{{ . }}: |
  {{- $.Files.Get (printf "files/%s" .) | nindent 2 }}
{{- end }}
{{- end }}
server.properties: |
  {{- tpl (.Files.Get "files/server.properties.tpl") . | trim | nindent 2 }}
log4j2.properties: |
  {{- .Files.Get "files/log4j2.properties" | nindent 2 }}
{{- end }}

{{/* kafka.externalEnv: what external.sh needs to know. */}}
{{- define "kafka.externalEnv" -}}
{{- $open := include "kafka.openListeners" . -}}
{{- with .Values.external -}}
- {name: LOCALHOST_PORT, value: {{ ternary (int .localhost.port) "" .localhost.enabled | toString | quote }}}
- name: NODEPORT_HOST
  {{- if .nodePort.host }}
  value: {{ .nodePort.host | quote }}
  {{- else }}
  valueFrom:
    fieldRef:
      fieldPath: status.hostIP
  {{- end }}
- {name: NODEPORT_PORTS, value: {{ ternary (join " " .nodePort.ports) "" (contains "NODEPORT" $open) | quote }}}
- {name: LOADBALANCER_HOSTS, value: {{ ternary (join " " .loadBalancer.hosts) "" (contains "LOADBALANCER" $open) | quote }}}
{{- end }}
{{- end }}

{{/* kafka.affinity: brokers on nodes of their own. A preference only: a lab on one node must still start. */}}
{{- define "kafka.affinity" -}}
{{- if gt (int .Values.replicas) 1 }}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "common.selectorLabels" . | nindent 12 }}
{{- end }}
{{- end }}
