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

{{/* operator.policyName: as clusterName; this name must be one of DNS. */}}
{{- define "operator.policyName" -}}
{{ printf "%s.%s.streaminglab.dev" .Release.Name .Release.Namespace }}
{{- end }}

{{/*
operator.admissionPolicy: "yes" when the policies are made. auto: where the cluster knows the kind (v1 since
Kubernetes 1.30), and not with watchNamespaces: who installs for one namespace may make nothing for all.
*/}}
{{- define "operator.admissionPolicy" -}}
{{- $asked := .Values.admissionPolicy.enabled | toString -}}
{{- $kind := "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy" -}}
{{- $can := and (.Capabilities.APIVersions.Has $kind) (eq (include "operator.scope" .) "all") -}}
{{- if and .Values.operator.enabled (or (eq $asked "true") (and (eq $asked "auto") $can)) }}yes{{ end -}}
{{- end }}

{{/*
operator.flowSchema: "yes" when it is made. auto: where the cluster knows the kind (v1 since Kubernetes
1.29), and not with watchNamespaces, as for the admission policy.
*/}}
{{- define "operator.flowSchema" -}}
{{- $asked := .Values.flowSchema.enabled | toString -}}
{{- $kind := "flowcontrol.apiserver.k8s.io/v1/FlowSchema" -}}
{{- $can := and (.Capabilities.APIVersions.Has $kind) (eq (include "operator.scope" .) "all") -}}
{{- if and .Values.operator.enabled (or (eq $asked "true") (and (eq $asked "auto") $can)) }}yes{{ end -}}
{{- end }}

{{/*
operator.unsetImages: StreamingLab's own images, which no other project publishes, of which these values
do not say where they are, with commas. Where a registry is named, they are looked for there under the
charts' names, but for those that no chart names.
*/}}
{{- define "operator.unsetImages" -}}
{{- $named := coalesce .Values.global.imageRegistry .Values.image.registry -}}
{{- $ours := .Files.Get "files/own-images.json" | fromJson -}}
{{- $looked := ternary $ours.unnamed $ours.all (not (empty $named)) -}}
{{- $unset := list -}}
{{- range $looked }}{{ if not (get $.Values.images .) }}{{ $unset = append $unset . }}{{ end }}{{ end -}}
{{ join ", " $unset }}
{{- end }}

{{/* operator.policyNameOf: as policyName, for what is about `what`. dict "root" $ "what" "lease" */}}
{{- define "operator.policyNameOf" -}}
{{ printf "%s.%s" .what (include "operator.policyName" .root) }}
{{- end }}

{{/* operator.flowSubject: as operator.subject, in the words of a FlowSchema. */}}
{{- define "operator.flowSubject" -}}
- kind: ServiceAccount
  serviceAccount:
    name: {{ .Release.Name | quote }}
    namespace: {{ .Release.Namespace | quote }}
{{- end }}

{{/*
operator.ofLabs: the kinds that a lab is made of, as group/resource: what the operator may create
according to operator.rules, but for those that the policy speaks of one by one.
*/}}
{{- define "operator.ofLabs" -}}
{{- $found := list -}}
{{- range include "operator.rules" . | fromYamlArray -}}
{{- $rule := . -}}
{{- if and (has "create" .verbs) (has "delete" .verbs) -}}
{{- range without $rule.resources "persistentvolumeclaims" }}{{ $found = append $found (printf "%s/%s" (first $rule.apiGroups) .) }}{{ end -}}
{{- end -}}
{{- end -}}
{{ $found | toYaml }}
{{- end }}

{{/*
operator.changedKeys: in CEL, the keys of the map `what` that are not as in `<what>Before`, each with its
path, but for those of `but`. CEL has no map without a key, so that each is compared by itself.
dict "what" "kafka" "path" "spec.kafka" "but" (list "stoppedBrokers")
*/}}
{{- define "operator.changedKeys" -}}
{{- $now := printf "variables.%s" .what -}}
{{- $before := printf "%sBefore" $now -}}
{{- $but := printf "!(k in ['%s'])" (join "', '" .but) -}}
({{ $before }}.filter(k, {{ $but }} && (!(k in {{ $now }}) || {{ $now }}[k] != {{ $before }}[k])) +
{{ $now }}.filter(k, {{ $but }} && !(k in {{ $before }}))).map(k, '{{ .path }}.' + string(k))
{{- end }}
