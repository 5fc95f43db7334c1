{{/*
common.networkPolicy: the edges of one component, and nothing else.

Usage: {{ include "common.networkPolicy" (dict "root" $ "ports" (list 9092) "peers" (list 9092 9093)) }}
  ports   what clients may connect to (values networkPolicy.clients; empty = any pod of the namespace)
  peers   ports open between the component's own pods, both ways (Kafka's brokers)
  some    dict "ports" "clients": ports open to these clients alone (empty = any pod of the namespace)
  anybody ports open to everybody, also from outside the cluster (Kafka's listeners for there)
  closed  true: with no networkPolicy.servers it connects to nobody (Kafka)
  anywhere true: it may connect to any address, but link-local ones (a cloud's credentials)
Egress: values networkPolicy.servers (empty = any pod of the namespace), and DNS.

A kubelet's probes come from the node and pass any NetworkPolicy, so probe ports are not listed.
*/}}
{{- define "common.networkPolicy" -}}
{{- $policy := .root.Values.networkPolicy -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "common.metadata" (dict "root" .root) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "common.selectorLabels" .root | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- if not (or .ports .peers) }}
  ingress: []
  {{- else }}
  ingress:
    {{- with .ports }}
    {{- include "common.networkFrom" (dict "ports" . "clients" $policy.clients) | nindent 4 }}
    {{- end }}
    {{- with .some }}
    {{- include "common.networkFrom" . | nindent 4 }}
    {{- end }}
    {{- with .peers }}
    - from:
        - podSelector:
            matchLabels:
              {{- include "common.selectorLabels" $.root | nindent 14 }}
      ports:
        {{- include "common.networkPorts" . | trim | nindent 8 }}
    {{- end }}
    {{- with .anybody }}
    # No "from": an address range would not match the nodes, from which such connections come.
    - ports:
        {{- include "common.networkPorts" . | trim | nindent 8 }}
    {{- end }}
  {{- end }}
  egress:
    {{- include "common.networkDNS" . | nindent 4 }}
    {{- with .peers }}
    - to:
        - podSelector:
            matchLabels:
              {{- include "common.selectorLabels" $.root | nindent 14 }}
      ports:
        {{- include "common.networkPorts" . | trim | nindent 8 }}
    {{- end }}
    {{- if $policy.servers }}
    {{- range $policy.servers }}
    - to:
        {{- include "common.networkPeer" . | nindent 8 }}
      ports:
        {{- include "common.networkPorts" .ports | trim | nindent 8 }}
    {{- end }}
    {{- else if not $.closed }}
    - to:
        - podSelector: {}
    {{- end }}
    {{- if .anywhere }}
    - to:
        - ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}
        - ipBlock: {cidr: "::/0", except: ["fe80::/10"]}
    {{- end }}
{{- end }}

{{/* common.networkFrom: "ports" that "clients" may connect to; without clients, every pod of the namespace. */}}
{{- define "common.networkFrom" -}}
- from:
    {{- range .clients }}
    {{- include "common.networkPeer" . | nindent 4 }}
    {{- else }}
    - podSelector: {}
    {{- end }}
  ports:
    {{- include "common.networkPorts" .ports | trim | nindent 4 }}
{{- end }}

{{/*
common.networkPeer: one entry of clients or servers; without namespaceLabels: the own namespace, with
anyNamespace: all of them (an ingress controller lives where its administrator put it).
*/}}
{{- define "common.networkPeer" -}}
- podSelector:
    {{- with .podLabels }}
    matchLabels:
      {{- toYaml . | nindent 6 }}
    {{- else }} {}
    {{- end }}
  {{- with .namespaceLabels }}
  namespaceSelector:
    matchLabels:
      {{- toYaml . | nindent 6 }}
  {{- else }}
  {{- if .anyNamespace }}
  namespaceSelector: {}
  {{- end }}
  {{- end }}
{{- end }}

{{- define "common.networkPorts" -}}
{{- range . }}
- {port: {{ int . }}, protocol: TCP}
{{- end }}
{{- end }}

{{/*
common.networkKubernetes: egress to the Kubernetes API. It is a host, not a pod, and its address differs
per cluster: by port alone, unless values networkPolicy.apiServerCIDRs say where it is.
*/}}
{{- define "common.networkKubernetes" -}}
{{- $policy := .Values.networkPolicy -}}
- ports:
    {{- include "common.networkPorts" $policy.apiServerPorts | trim | nindent 4 }}
  {{- with $policy.apiServerCIDRs }}
  to:
    {{- range . }}
    - ipBlock: {cidr: {{ . | quote }}}
    {{- end }}
  {{- end }}
{{- end }}

{{/*
common.networkDNS: names. By port only, because resolvers live in pods of kube-system, on the node
itself (node-local cache) or, on OpenShift, behind port 5353, and a policy sees the address after
the Service's translation.
*/}}
{{- define "common.networkDNS" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
    - {port: 5353, protocol: UDP}
    - {port: 5353, protocol: TCP}
{{- end }}
