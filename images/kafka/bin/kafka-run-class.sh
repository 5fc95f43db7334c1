#!/bin/sh
# Run one of Kafka's programs: kafka-run-class.sh MAIN_CLASS ARGUMENTS...
#
# Honours the variables of Kafka's own script: KAFKA_HEAP_OPTS, KAFKA_JVM_PERFORMANCE_OPTS,
# KAFKA_LOG4J_OPTS, KAFKA_JMX_OPTS, KAFKA_OPTS, CLASSPATH, LOG_DIR. Writes nothing.
set -eu
home=/opt/kafka

# The order must be the one the class archive was made with; additions may only follow.
read -r libs <"$home/libs/classpath"

: "${KAFKA_LOG4J_OPTS:=-Dlog4j2.configurationFile=$home/config/tools-log4j2.properties}"
: "${KAFKA_JVM_PERFORMANCE_OPTS:=-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true}"
archive="-XX:SharedArchiveFile=$home/libs/classes.jsa -Xshare:auto -Xlog:cds=off"
if [ "${KAFKA_CLASS_ARCHIVE:-on}" = off ] || [ ! -f "$home/libs/classes.jsa" ]; then archive=""; fi

# Not quoted on purpose: each variable holds several words.
# shellcheck disable=SC2086
exec "${JAVA_HOME:-/opt/java}/bin/java" ${KAFKA_HEAP_OPTS:--Xmx256M} $archive \
  $KAFKA_JVM_PERFORMANCE_OPTS ${KAFKA_JMX_OPTS:-} -Dkafka.logs.dir="${LOG_DIR:-$home/logs}" \
  $KAFKA_LOG4J_OPTS -cp "$libs${CLASSPATH:+:$CLASSPATH}" ${KAFKA_OPTS:-} "$@"
