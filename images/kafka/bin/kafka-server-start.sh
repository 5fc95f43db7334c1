#!/bin/sh
# Become a Kafka node: kafka-server-start.sh server.properties [--override name=value]...
set -eu
if [ $# -lt 1 ]; then
  echo "usage: $0 server.properties [--override name=value]..." >&2
  exit 1
fi
: "${KAFKA_HEAP_OPTS:=-Xmx1G -Xms1G}"
: "${KAFKA_LOG4J_OPTS:=-Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties}"
export KAFKA_HEAP_OPTS KAFKA_LOG4J_OPTS
exec /opt/kafka/bin/kafka-run-class.sh kafka.Kafka "$@"
