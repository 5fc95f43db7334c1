#!/bin/sh
# Start Apicurio Registry. JAVA_OPTS replaces and JAVA_OPTS_APPEND follows our options, as upstream;
# JAVA_TOOL_OPTIONS is read by Java itself, here and upstream. Writes only to /tmp.
set -eu
: "${JAVA_OPTS:=-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MaxRAMPercentage=50}"

# Not quoted on purpose: each variable holds several words.
# shellcheck disable=SC2086
exec "${JAVA_HOME:-/opt/java}/bin/java" $JAVA_OPTS -Dquarkus.http.host=0.0.0.0 \
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager ${JAVA_OPTS_APPEND:-} \
  -jar /opt/apicurio/quarkus-run.jar
