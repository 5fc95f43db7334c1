#!/bin/sh
# Start one Kafka node of this StatefulSet: write its own settings, format the volume once, wait
# until names resolve, become Kafka. Plain POSIX: the upstream image has busybox, ours has dash.
#
# From the pod: POD_NAME, CLUSTER_ID, BROKERS_DOMAIN (the headless Service), BROKERS, CONTROLLERS,
# BROKER_HEAP, BROKER_OPTIONS, AGENT_PORT, DATA_DIR.
set -eu

say() { echo "start: $*"; }

ordinal="${POD_NAME##*-}"
set_name="${POD_NAME%-*}"
config=/opt/streaminglab/run/server.properties

host_of() { echo "${set_name}-$1.${BROKERS_DOMAIN}"; }

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
  me="$(host_of "$ordinal")"
  cat /opt/streaminglab/kafka/server.properties >"$config"
  {
    echo "node.id=${ordinal}"
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

wait_for_peers() {
  if ! wait_for_name "$(host_of "$ordinal")" 120; then
    say "error: my own name $(host_of "$ordinal") does not resolve; is the cluster's DNS running," \
      "and does a NetworkPolicy let this pod reach it?"
    exit 1
  fi
  node=0
  while [ "$node" -lt "$CONTROLLERS" ]; do
    # A peer may be away for long (no room on any node): two of three are a quorum without it.
    wait_for_name "$(host_of "$node")" 30 || say "going on without $(host_of "$node")"
    node=$((node + 1))
  done
}

format_once() {
  # Asked here, because the storage tool costs the start of a JVM.
  if [ -f "${DATA_DIR}/meta.properties" ]; then
    say "the volume is formatted already"
    return
  fi
  say "formatting the volume for cluster ${CLUSTER_ID}"
  # With "=", because an id may begin with "-".
  /opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id="${CLUSTER_ID}" --config "$config"
}

# A broker that an exercise keeps stopped: its pod is there, Kafka is not. Looked at again and again,
# because Kubernetes brings a changed ConfigMap into a running pod only after a while.
stopped() {
  case " $(cat /opt/streaminglab/stopped/brokers 2>/dev/null) " in
    *" $ordinal "*) return 0 ;;
    *) return 1 ;;
  esac
}

if stopped; then
  say "this broker is kept stopped (stoppedBrokers names ${ordinal})"
  trap 'exit 0' TERM INT
  while stopped; do
    sleep 1 &
    wait $!
  done
  trap - TERM INT
fi

if [ "$ordinal" -lt "$CONTROLLERS" ]; then role=voter; else role=observer; fi
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
say "starting node ${ordinal} (${role}) of ${BROKERS}"
exec /opt/kafka/bin/kafka-server-start.sh "$config"
