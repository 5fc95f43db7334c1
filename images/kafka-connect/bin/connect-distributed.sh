#!/bin/sh
# Become a Kafka Connect worker: connect-distributed.sh connect-distributed.properties
set -eu
if [ $# -lt 1 ]; then
  echo "usage: $0 connect-distributed.properties" >&2
  exit 1
fi
: "${KAFKA_HEAP_OPTS:=-Xms256M -Xmx1G}"
: "${KAFKA_LOG4J_OPTS:=-Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties}"
export KAFKA_HEAP_OPTS KAFKA_LOG4J_OPTS
exec /opt/kafka/bin/kafka-run-class.sh org.apache.kafka.connect.cli.ConnectDistributed "$@"
