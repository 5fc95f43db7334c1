{{/*
operator.rules: what the operator may do in a namespace with labs, each rule with its reason. A verb
that is not here is not used. Bound cluster-wide, or per namespace with watchNamespaces.
*/}}
{{- define "operator.rules" -}}
# The labs themselves: observed, never asked for one by one. patch: only to give it to the page of a
# lab, which stops a broker when its student presses a button; the operator writes no spec, and the
# admission policy refuses it if it did.
- apiGroups: [streaminglab.dev]
  resources: [streaminglabs]
  verbs: [list, watch, patch]
# What the operator says about a lab.
- apiGroups: [streaminglab.dev]
  resources: [streaminglabs/status]
  verbs: [patch]
# What a lab is made of. list, watch: one watch per kind over all labs. create, patch: server-side
# apply needs both. delete: what a lab no longer contains, and a Job whose template has changed.
- apiGroups: [apps]
  resources: [statefulsets, deployments]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [services, configmaps]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [list, watch, create, patch, delete]
{{- if .Values.gatewayRoutes }}
# Only where the cluster has the Gateway API.
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [list, watch, create, patch, delete]
{{- end }}
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list, watch, create, patch, delete]
# The account of a lab's page, which may read and edit that lab alone. Kubernetes lets the operator
# give away only what it holds itself: of StreamingLabs what is above.
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [list, watch, create, patch, delete]
# list, watch: to name the culprit when a lab is not ready: container, reason, message. delete: a
# broker's pod that was made of an older template, when all other brokers are in sync. No other write:
# StatefulSets, Deployments and Jobs make the pods.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch, delete]
# create: an Event when a lab's state changes. list: a StatefulSet says only in an Event that a quota
# refuses its pods.
- apiGroups: [""]
  resources: [events]
  verbs: [create, list]
# A lab's credentials, what it tells a catalog, and with copyPullSecrets its pull Secret. create: once; get: to set InfluxDB up
# with them; patch: to add its tokens. No
# list and no watch: it cannot go through Secrets whose names it does not know.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, patch]
# A lab's volumes: made before the pods that use them, grown when the spec asks for more, and deleted
# with the service that is taken out of the spec. get: whether one of a former lab of the name, which
# may lack the label, is still being removed. The admission policy lets no volume that is kept go.
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, create, patch, delete]
# What a namespace allows a pod to be, before one is made: a part whose size the lab leaves open gets
# one that fits. No watch: a LimitRange that changes changes no pod that runs.
- apiGroups: [""]
  resources: [limitranges]
  verbs: [list]
{{- end }}
