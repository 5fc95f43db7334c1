{{- $replicas := int .Values.replicas }}
{{- /* All of a lab's internal topics follow the number of brokers: with one broker the defaults
(3 replicas) could never be made; with three, one broker may be lost without losing a write. */}}
{{- $factor := min $replicas 3 }}
{{- $inSync := max 1 (sub $factor 1) }}
{{- $outside := include "kafka.openListeners" . | splitList " " | compact }}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
{{- range $outside }},{{ . }}:SASL_PLAINTEXT{{ end }}
{{- range $outside }}
listener.name.{{ lower . }}.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.{{ lower . }}.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
{{- end }}

default.replication.factor={{ $factor }}
min.insync.replicas={{ $inSync }}
offsets.topic.replication.factor={{ $factor }}
transaction.state.log.replication.factor={{ $factor }}
transaction.state.log.min.isr={{ $inSync }}
share.coordinator.state.topic.replication.factor={{ $factor }}
share.coordinator.state.topic.min.isr={{ $inSync }}

# A misspelt topic is an error, not a new topic.
auto.create.topics.enable=false
# A lab's consumer group has one or two members: waiting for more only delays the first record.
group.initial.rebalance.delay.ms=0
# Leadership is handed over before the process ends.
controlled.shutdown.enable=true
# How long a broker waits for a quorum before it gives up: peers may still be pulling their image.
initial.broker.registration.timeout.ms=300000

# Sized for labs: 50 partitions of each internal topic and the default thread pools are for
# clusters that serve thousands of clients.
offsets.topic.num.partitions=8
transaction.state.log.num.partitions=8
share.coordinator.state.topic.num.partitions=8
num.network.threads=2
num.io.threads=4
num.replica.fetchers=1
num.recovery.threads.per.data.dir=1
background.threads=2
log.cleaner.threads=1
# The default, 128 MiB, is half of the default heap.
log.cleaner.dedupe.buffer.size=8388608
log.segment.bytes=67108864
log.index.size.max.bytes=1048576
{{- range $key, $value := .Values.config }}
{{ $key }}={{ $value }}
{{- end }}
