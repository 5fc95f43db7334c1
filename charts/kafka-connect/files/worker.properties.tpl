bootstrap.servers={{ include "kafka-connect.bootstrap" . }}
{{- range $prefix := list "" "producer." "consumer." "admin." }}
{{- range $key, $value := $.Values.kafka.security }}
{{ $prefix }}{{ $key }}={{ $value }}
{{- end }}
{{- end }}
# How long the worker waits, at its start, for a Kafka that does not answer yet.
default.api.timeout.ms=300000
# While no broker answers, a client of Kafka 4.3.1 that starts over from the bootstrap servers does
# so again and again; an admin client a thousand times a second after half a minute. It is not
# needed here: brokers keep their names, and names are asked again.
{{- range $prefix := list "" "producer." "consumer." "admin." }}
{{ $prefix }}metadata.recovery.strategy=none
{{- end }}

# The group keeps its memory in three compacted topics, and makes them itself.
group.id={{ include "kafka-connect.group" . }}
{{- range $kind, $what := dict "config" "configs" "offset" "offsets" "status" "status" }}
{{ $kind }}.storage.topic={{ include "kafka-connect.group" $ }}-{{ $what }}
{{ $kind }}.storage.replication.factor={{ int $.Values.internalReplicationFactor }}
{{- end }}
offset.storage.partitions=5
status.storage.partitions=3
# Offsets of sources are kept every 5 s, not every minute: less is read twice after a kill.
offset.flush.interval.ms=5000

# A worker that comes back gets its tasks back at once. With several, the others wait a while
# before they take over, so that a restart does not move every task twice.
scheduled.rebalance.max.delay.ms={{ gt (int .Values.replicas) 1 | ternary 20000 0 }}
worker.unsync.backoff.ms=5000

key.converter={{ .Values.converters.key }}
key.converter.schemas.enable={{ .Values.converters.schemasEnable }}
value.converter={{ .Values.converters.value }}
value.converter.schemas.enable={{ .Values.converters.schemasEnable }}
{{- with .Values.schemaRegistry.url }}
key.converter.schema.registry.url={{ . }}
value.converter.schema.registry.url={{ . }}
{{- end }}

plugin.path={{ include "kafka-connect.pluginPath" . }}
# Found by their manifests, without reading every class of every jar.
plugin.discovery=service_load

listeners=http://:8083
rest.advertised.port=8083
# No endpoint to change log levels with.
admin.listeners=
# With None a connector may not point its Kafka clients elsewhere, nor log them in otherwise.
connector.client.config.override.policy={{ .Values.overridePolicy }}

# ${secret:/etc/streaminglab/secrets/<secret>:<key>} in a connector's configuration. What is stored
# and shown is this reference; the worker puts the value in when it starts the connector.
config.providers=secret
config.providers.secret.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
config.providers.secret.param.allowed.paths=/etc/streaminglab/secrets
{{- range $key, $value := .Values.config }}
{{ $key }}={{ $value }}
{{- end }}
