{{/*
kafka.outsideNotes: how clients outside reach the brokers. Clients of all these listeners need
security.protocol=SASL_PLAINTEXT, sasl.mechanism=SCRAM-SHA-512, and the user of the Secret.
*/}}
{{- define "kafka.outsideNotes" -}}
{{- $replicas := int .Values.replicas }}
{{- $kubectl := printf "kubectl -n %s" .Release.Namespace }}
{{- with .Values.external }}

From outside: SASL_PLAINTEXT with SCRAM-SHA-512; user and password:
{{- range list .existingSecret.usernameKey .existingSecret.passwordKey }}
  {{ $kubectl }} get secret {{ $.Values.external.existingSecret.name }} -o go-template='{{ printf "{{index .data %q | base64decode}}" . }}'
{{- end }}
{{- if .localhost.enabled }}
From your own machine (Ctrl-C ends it):
{{- if eq $replicas 1 }}
  {{ $kubectl }} port-forward sts/{{ $.Release.Name }}-0 {{ int .localhost.port }}
{{- else }}
  (for i in 0 1 2; do {{ $kubectl }} port-forward sts/{{ $.Release.Name }}-$i $(({{ int .localhost.port }} + i)) & done; wait)
{{- end }}
  Brokers: {{ range $i := until $replicas }}{{ if $i }},{{ end }}localhost:{{ add (int $.Values.external.localhost.port) $i }}{{ end }}
{{- end }}
{{- if .nodePort.enabled }}
{{- if .nodePort.ports }}
Through the nodes' ports:
  Brokers: {{ range $i, $port := .nodePort.ports }}{{ if $i }},{{ end }}{{ $.Values.external.nodePort.host | default "NODE" }}:{{ int $port }}{{ end }}
{{- else }}
The listener for the nodes' ports is NOT open: it waits for external.nodePort.ports. Kubernetes chose
  {{ $kubectl }} get service {{ range $i := until $replicas }}{{ $.Release.Name }}-nodeport-{{ $i }} {{ end }}-o jsonpath='{.items[*].spec.ports[0].nodePort}'
{{- end }}
{{- end }}
{{- if .loadBalancer.enabled }}
{{- if .loadBalancer.hosts }}
Through the load balancers:
  Brokers: {{ range $i, $host := .loadBalancer.hosts }}{{ if $i }},{{ end }}{{ if contains ":" $host }}[{{ $host }}]{{ else }}{{ $host }}{{ end }}:9092{{ end }}
{{- else }}
The listener for the load balancers is NOT open: it waits for external.loadBalancer.hosts. Their addresses, once they have any
  {{ $kubectl }} get service {{ range $i := until $replicas }}{{ $.Release.Name }}-loadbalancer-{{ $i }} {{ end }}-o wide
{{- end }}
{{- end }}
These volumes are older than the listeners, or the Secret was changed? Once:
  {{ $kubectl }} exec sts/{{ $.Release.Name }}-0 -- sh /opt/streaminglab/kafka/set-user.sh
{{- end }}
{{- end }}
