#!/bin/sh
# Start one Kafka node: write its own settings, format the volume once, wait until names resolve,
# become Kafka. Plain POSIX: the upstream image has busybox, ours has dash.
#
# From the pod: BROKER_ID, CLUSTER_ID, RELEASE and NAMESPACE (of which the names of all brokers are
# made), BROKERS, CONTROLLERS, BROKER_HEAP, BROKER_OPTIONS, AGENT_PORT, DATA_DIR.
set -eu
# Process 1 ignores what it has no trap for; Kafka, which this becomes, has its own.
trap 'exit 143' TERM

say() { echo "start: $*"; }

config=/opt/streaminglab/run/server.properties
# Beside Kafka's own directory, where a file that is not Kafka's would be taken for a topic.
size="${DATA_DIR}.brokers"

# host_of BROKER: the name of its headless Service.
host_of() { echo "${RELEASE}-$1.${NAMESPACE}.svc"; }

resolves() {
  if command -v getent >/dev/null 2>&1; then
    getent hosts "$1" >/dev/null 2>&1
  else
    nslookup "$1" >/dev/null 2>&1
  fi
}

# wait_for_name NAME SECONDS: a pod's name enters DNS some time after the pod starts, and a JVM
# that asks too early remembers the failure.
wait_for_name() {
  tries=0
  until resolves "$1"; do
    if [ "$tries" -eq 0 ]; then say "waiting for the name $1 (at most $2 s)"; fi
    if [ "$tries" -ge "$(($2 * 4))" ]; then return 1; fi
    sleep 0.25
    tries=$((tries + 1))
  done
}

voters() {
  list=""
  node=0
  while [ "$node" -lt "$CONTROLLERS" ]; do
    list="${list:+$list,}${node}@$(host_of "$node"):9093"
    node=$((node + 1))
  done
  echo "$list"
}

write_config() {
  me="$(host_of "$BROKER_ID")"
  cat /opt/streaminglab/kafka/server.properties >"$config"
  {
    echo "node.id=${BROKER_ID}"
    echo "log.dirs=${DATA_DIR}"
    echo "controller.quorum.voters=$(voters)"
    if [ "$role" = voter ]; then
      echo "process.roles=broker,controller"
      echo "listeners=PLAINTEXT://:9092,CONTROLLER://:9093"
      echo "advertised.listeners=PLAINTEXT://${me}:9092,CONTROLLER://${me}:9093"
    else
      echo "process.roles=broker"
      echo "listeners=PLAINTEXT://:9092"
      echo "advertised.listeners=PLAINTEXT://${me}:9092"
    fi
  } >>"$config"
}

# known_voters: how many of their names resolve.
known_voters() {
  known=0
  node=0
  while [ "$node" -lt "$CONTROLLERS" ]; do
    if resolves "$(host_of "$node")"; then known=$((known + 1)); fi
    node=$((node + 1))
  done
  echo "$known"
}

wait_for_peers() {
  if ! wait_for_name "$(host_of "$BROKER_ID")" 120; then
    say "error: my own name $(host_of "$BROKER_ID") does not resolve; is the cluster's DNS running," \
      "and does a NetworkPolicy let this pod reach it?"
    exit 1
  fi
  # Peers may be away for long (stopped, or no room on any node): two of three are a quorum without
  # the third, and whoever comes later is found then.
  tries=0
  while [ "$(known_voters)" -le "$((CONTROLLERS / 2))" ] && [ "$tries" -lt 120 ]; do
    if [ "$tries" -eq 0 ]; then say "waiting for the names of most voters (at most 30 s)"; fi
    sleep 0.25
    tries=$((tries + 1))
  done
  node=0
  while [ "$node" -lt "$CONTROLLERS" ]; do
    wait_for_name "$(host_of "$node")" 3 || say "going on without $(host_of "$node")"
    node=$((node + 1))
  done
}

# other_lab WORDS: the volume outlived a lab that this one is not like. Kafka would refuse it late and
# in words of its own, or take it and lose partitions.
other_lab() {
  say "error: the volume data-${RELEASE}-${BROKER_ID}-0 was kept from another lab: $1. Bring back a lab" \
    "as it was, or delete this PersistentVolumeClaim to begin with an empty one"
  exit 1
}

# property NAME: of the volume's meta.properties, or nothing.
property() { sed -n "s/^$1=//p" "${DATA_DIR}/meta.properties"; }

same_lab() {
  cluster="$(property 'cluster\.id')"
  if [ "${cluster:-$CLUSTER_ID}" != "$CLUSTER_ID" ]; then
    other_lab "it is of the cluster ${cluster}, and this is ${CLUSTER_ID}"
  fi
  number="$(property 'node\.id')"
  if [ "${number:-$BROKER_ID}" != "$BROKER_ID" ]; then
    other_lab "it is of broker ${number}, and this is broker ${BROKER_ID}"
  fi
  # A volume without the mark is older than the mark.
  if [ ! -e "$size" ]; then return; fi
  read -r nodes voters <"$size"
  if [ "$voters" -ne "$CONTROLLERS" ] || [ "$nodes" -gt "$BROKERS" ]; then
    other_lab "it had ${nodes} brokers (${voters} voters), and this has ${BROKERS} (${CONTROLLERS})"
  fi
}

format_once() {
  # Asked here, because the storage tool costs the start of a JVM.
  if [ -f "${DATA_DIR}/meta.properties" ]; then
    say "the volume is formatted already"
    same_lab
  else
    say "formatting the volume for cluster ${CLUSTER_ID}"
    # With "=", because an id may begin with "-".
    /opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id="${CLUSTER_ID}" --config "$config"
  fi
  echo "$BROKERS $CONTROLLERS" >"${size}.new"
  mv "${size}.new" "$size"
}

if [ "$BROKER_ID" -lt "$CONTROLLERS" ]; then role=voter; else role=observer; fi
write_config
mkdir -p "$DATA_DIR"
# Formatting needs no names: on the first start they appear meanwhile.
format_once
wait_for_peers

# For the broker alone. Tools share the container's environment, and one with the broker's heap
# would not fit beside it, with its log settings would talk, with the agent would want its port.
export KAFKA_HEAP_OPTS="$BROKER_HEAP" KAFKA_JVM_PERFORMANCE_OPTS="$BROKER_OPTIONS"
export KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=/opt/streaminglab/kafka/log4j2.properties"
export KAFKA_OPTS="-javaagent:/opt/streaminglab/kafka/quorum-agent.jar=${AGENT_PORT},${role}"
say "starting node ${BROKER_ID} (${role}) of ${BROKERS}"
exec /opt/kafka/bin/kafka-server-start.sh "$config"
