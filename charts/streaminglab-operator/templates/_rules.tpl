{{/*
operator.rules: what the operator may do in a namespace with labs. One line of reason per rule; a
verb that is not here is not used. Bound cluster-wide, or per namespace with watchNamespaces.
*/}}
{{- define "operator.rules" -}}
# The labs themselves: observed by list and watch. Their spec belongs to people: no write.
- apiGroups: [streaminglab.dev]
  resources: [streaminglabs]
  verbs: [get, list, watch]
# What the operator says about a lab.
- apiGroups: [streaminglab.dev]
  resources: [streaminglabs/status]
  verbs: [get, patch]
# ownerReferences with blockOwnerDeletion, where the admission plugin asks for this right.
- apiGroups: [streaminglab.dev]
  resources: [streaminglabs/finalizers]
  verbs: [update]
# A lab's objects. list, watch: one cluster-wide watch per kind instead of asking. get: before a
# write. create, patch: server-side apply needs both. delete: what a lab no longer contains.
- apiGroups: [apps]
  resources: [statefulsets, deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [services, configmaps]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
# To name the culprit when a lab is not ready: container, reason, message. StatefulSets and Jobs
# make the pods, so no write. Claims are seen to say why a pod waits for its volume.
- apiGroups: [""]
  resources: [pods, persistentvolumeclaims]
  verbs: [get, list, watch]
# A StatefulSet says only in an Event that a quota refuses its pods.
- apiGroups: [""]
  resources: [events]
  verbs: [list, watch]
# A lab's credentials: made once (create), read to set InfluxDB up (get), given their tokens
# (patch). No list, no watch: it cannot go through other Secrets whose names it does not know.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, patch]
# Events on changes of a lab's state; patch adds to the count of one that repeats.
- apiGroups: ["", events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
