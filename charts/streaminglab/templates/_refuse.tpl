{{/*
tile.refuse: ends the installation where the API server would refuse the lab, before anything is made: a
release whose lab is refused is half there, and Onyxia's card vanishes. What one value breaks says the
schema of the values; here is what values break together. The words are the API server's own
(files/rules.json, which is generated). Its context: root, and spec, the lab's.
*/}}
{{- define "tile.refuse" -}}
{{- $rules := .root.Files.Get "files/rules.json" | fromJson -}}
{{- $words := $rules.words -}}
{{- $spec := .spec -}}
{{- if contains $rules.reserved (toJson $spec) }}{{ fail (printf "lab: %s" (index $words "no-placeholder")) }}{{ end -}}
{{- $written := list -}}
{{- range $rules.written -}}
{{- $written = append $written (index (index $spec .part | default dict) .field | default .default) -}}
{{- end -}}
{{- if lt (len (uniq $written)) 3 }}{{ fail (printf "lab.telegraf: %s" (index $words "written-topics-differ")) }}{{ end -}}
{{- $listed := list -}}
{{- range (dig "kafka" "topics" list $spec) }}{{ $listed = append $listed .name }}{{ end -}}
{{- if lt (len (uniq $listed)) (len $listed) }}{{ fail (printf "lab.kafka.topics: %s" (index $words "topics-unique")) }}{{ end -}}
{{- $plain := list -}}
{{- range (concat $listed $written | uniq) }}{{ $plain = append $plain (. | replace "_" ".") }}{{ end -}}
{{- if lt (len (uniq $plain)) (len $plain) }}{{ fail (printf "lab.kafka.topics: %s" (index $words "topics-do-not-collide")) }}{{ end -}}
{{- $alerts := list -}}
{{- range (dig "influxdb" "alerts" list $spec) }}{{ $alerts = append $alerts .name }}{{ end -}}
{{- if lt (len (uniq $alerts)) (len $alerts) }}{{ fail (printf "lab.influxdb.alerts: %s" (index $words "alerts-unique")) }}{{ end -}}
{{- range $rules.needs -}}
{{- if and (hasKey $spec .part) (not (hasKey $spec .other)) }}{{ fail (printf "lab.%s: %s" .part (index $words (printf "%s-needs-%s" .part .other))) }}{{ end -}}
{{- end -}}
{{- if and (hasKey $spec "exercises") (ne (len $spec.exercises) 1) }}{{ fail (printf "lab.exercises: %s" (index $words "exercises-of-one-set")) }}{{ end -}}
{{- range $part, $value := $spec -}}
{{- if kindIs "map" $value -}}
{{- with $value.resources -}}
{{- if and .cpu .cpuLimit (lt (include "tile.millicores" .cpuLimit | int) (include "tile.millicores" .cpu | int)) -}}
{{ fail (printf "lab.%s.resources.cpuLimit: %s" $part (index $words "cpu-limit-not-below-cpu")) }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "tile.millicores" -}}
{{ ternary (. | trimSuffix "m" | int) (mul 1000 (. | trimSuffix "m" | int)) (hasSuffix "m" .) }}
{{- end }}
