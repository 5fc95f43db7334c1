#!/bin/sh
# Make libs/classes.jsa: the classes that a broker and the tools load, parsed and verified ahead of
# time and mapped into memory at start. A broker is run for some seconds to learn which.
set -eu
home=/opt/kafka
work="$(mktemp -d)"
libs="$(find "$home/libs" -name '*.jar' | LC_ALL=C sort | paste -s -d :)"
echo "$libs" >"$home/libs/classpath"
export LOG_DIR="$work/logs" KAFKA_HEAP_OPTS=-Xmx256m KAFKA_CLASS_ARCHIVE=off

# learn NAME COMMAND...: run a launcher and note the classes that it loads.
learn() {
  list="$work/$1.classes"
  shift
  KAFKA_OPTS="-XX:DumpLoadedClassList=$list" "$@"
}

# serve NAME COMMAND...: the same of one that runs until it is killed; to be called with "&".
serve() {
  export KAFKA_OPTS="-XX:DumpLoadedClassList=$work/$1.classes"
  shift
  exec "$@"
}

# The build shares the host's network, where fixed ports may be taken.
port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 10000))
server=127.0.0.1:$port
cp "$(dirname "$0")/training.properties" "$work/server.properties"
cat >>"$work/server.properties" <<END
log.dirs=$work/data
controller.quorum.voters=0@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://$server,CONTROLLER://127.0.0.1:$((port + 1))
END
learn storage "$home/bin/kafka-storage.sh" format --cluster-id=AAAAAAAAAAAAAAAAAAAAAA \
  --config "$work/server.properties"
serve broker "$home/bin/kafka-server-start.sh" "$work/server.properties" >"$work/broker.log" 2>&1 &
broker=$!
attempt=0
until learn topics "$home/bin/kafka-topics.sh" --bootstrap-server "$server" --create \
  --topic training --partitions 2 >/dev/null 2>&1; do
  attempt=$((attempt + 1))
  if [ "$attempt" -gt 30 ] || ! kill -0 "$broker" 2>/dev/null; then
    tail -n 30 "$work/broker.log"
    echo "the broker that learns the classes did not start" >&2
    exit 1
  fi
  sleep 1
done
echo "key:value" | learn producer "$home/bin/kafka-console-producer.sh" \
  --bootstrap-server "$server" --topic training
learn consumer "$home/bin/kafka-console-consumer.sh" --bootstrap-server "$server" \
  --topic training --from-beginning --max-messages 1 --timeout-ms 20000
# What else an image runs against this broker is learnt by a script of its own.
more="$(dirname "$0")/more.sh"
# shellcheck source=/dev/null
if [ -f "$more" ]; then . "$more"; fi
kill "$broker"
wait "$broker" || true

# The lists number their lines, each for itself; names alone can be merged.
sed 's/ id: .*//' "$work"/*.classes | grep -v '^#' | sort -u >"$work/all"
/opt/java/bin/java -Xshare:dump -XX:+UseG1GC -Xmx512m -XX:SharedClassListFile="$work/all" \
  -XX:SharedArchiveFile="$home/libs/classes.jsa" -cp "$libs" >"$work/dump.log" 2>&1 ||
  { tail -n 30 "$work/dump.log"; exit 1; }
chmod 0644 "$home/libs/classes.jsa" "$home/libs/classpath"
rm -rf "$work"
