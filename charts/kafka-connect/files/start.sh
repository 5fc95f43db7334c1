#!/bin/sh
# Become one Kafka Connect worker: add what is this pod's own to the settings, wait until Kafka has
# a name, start. Plain POSIX: the upstream image has busybox, ours has dash.
#
# From the pod: POD_NAME, WORKERS_DOMAIN (the headless Service), BOOTSTRAP_SERVERS, WORKER_HEAP,
# WORKER_OPTIONS. With egress.caBundle also its certificates.
set -eu

say() { echo "start: $*"; }

config=/opt/streaminglab/run/worker.properties
longest_wait=120
authorities=/etc/streaminglab/authorities/ca.crt
store=/opt/streaminglab/run/truststore

resolves() {
  if command -v getent >/dev/null 2>&1; then
    getent hosts "$1" >/dev/null 2>&1
  else
    nslookup "$1" >/dev/null 2>&1
  fi
}

# One name is enough: the client learns the other brokers from the first that answers.
kafka_has_a_name() {
  list="$BOOTSTRAP_SERVERS,"
  while [ -n "$list" ]; do
    server="${list%%,*}"
    list="${list#*,}"
    if [ -n "$server" ] && resolves "${server%:*}"; then return 0; fi
  done
  return 1
}

# A client that finds no name at all gives up at once, and the pod would wait in a back-off.
# A Kafka that has a name and does not answer yet is waited for by the worker itself.
wait_for_kafka() {
  tries=0
  until kafka_has_a_name; do
    if [ "$tries" -eq 0 ]; then say "waiting for a name of $BOOTSTRAP_SERVERS (at most $longest_wait s)"; fi
    if [ "$tries" -ge "$((longest_wait * 4))" ]; then
      say "error: no name in $BOOTSTRAP_SERVERS resolves; is kafka.bootstrapServers right, is the" \
        "cluster's DNS running, and does a NetworkPolicy let this pod reach it?"
      exit 1
    fi
    sleep 0.25
    tries=$((tries + 1))
  done
}

# Java reads no PEM, and keytool one certificate at a time: the image's authorities and these go into
# a store of this pod's own, which WORKER_OPTIONS name. All of it is public.
add_authority() {
  echo "$2" >/opt/streaminglab/run/authority.pem
  if ! said=$("$JAVA_HOME/bin/keytool" -importcert -noprompt -trustcacerts -alias "streaminglab-$1" \
    -file /opt/streaminglab/run/authority.pem -keystore "$store" -storepass changeit 2>&1); then
    say "error: certificate $1 of egress.caBundle cannot be used: $said"
    exit 1
  fi
}

trust_authorities() {
  number=0
  certificate=""
  if [ -s "$JAVA_HOME/lib/security/cacerts" ]; then
    cat "$JAVA_HOME/lib/security/cacerts" >"$store"
  fi
  while IFS= read -r line || [ -n "$line" ]; do
    certificate="$certificate$line
"
    case "$line" in
      *"-----END CERTIFICATE-----"*)
        number=$((number + 1))
        add_authority "$number" "$certificate"
        certificate=""
        ;;
    esac
  done <"$authorities"
  say "trusts $number more authorities"
}

if [ -s "$authorities" ]; then trust_authorities; fi
wait_for_kafka
{
  cat /opt/streaminglab/connect/worker.properties
  # Under this name the other workers pass requests on to the group's leader.
  echo "rest.advertised.host.name=${POD_NAME}.${WORKERS_DOMAIN}"
} >"$config"

# For the worker alone: tools that a person starts here share the container's memory limit.
export KAFKA_HEAP_OPTS="$WORKER_HEAP" KAFKA_JVM_PERFORMANCE_OPTS="$WORKER_OPTIONS"
export KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=/opt/streaminglab/connect/log4j2.properties"
say "starting worker ${POD_NAME}"
exec /opt/kafka/bin/connect-distributed.sh "$config"
