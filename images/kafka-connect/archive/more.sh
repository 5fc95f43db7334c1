#!/bin/sh
# Read by make.sh while its broker runs: a worker as the chart has it, which is asked what its probes
# ask, and carries some lines from a file to a file and answers for it.
: "${home:?}" "${work:?}" "${server:?}" "${port:?}"
rest=$((port + 2))
mkdir "$work/plugins"
cat >"$work/worker.properties" <<END
bootstrap.servers=$server
group.id=training
config.storage.topic=training-configs
offset.storage.topic=training-offsets
status.storage.topic=training-status
config.storage.replication.factor=1
offset.storage.replication.factor=1
status.storage.replication.factor=1
offset.storage.partitions=1
status.storage.partitions=1
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
plugin.path=$work/plugins
plugin.discovery=service_load
listeners=http://127.0.0.1:$rest
admin.listeners=
connector.client.config.override.policy=None
config.providers=secret
config.providers.secret.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
config.providers.secret.param.allowed.paths=$work
END

# ask METHOD PATH [JSON]: the base has no client for HTTP, but bash.
ask() {
  bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0"
    printf "%s %s HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s" \
      "$1" "$2" "${#3}" "$3" >&3
    cat <&3' "$rest" "$1" "$2" "${3:-}" 2>/dev/null
}

# until_said WORD METHOD PATH: ask until the answer has a word in it.
until_said() {
  word="$1"
  shift
  attempt=0
  until ask "$@" | grep -q "$word"; do
    attempt=$((attempt + 1))
    if [ "$attempt" -gt 60 ] || ! kill -0 "$worker" 2>/dev/null; then
      tail -n 30 "$work/worker.log"
      ask "$@"
      echo "the worker that learns the classes did not come to $word" >&2
      exit 1
    fi
    sleep 0.5
  done
}

serve worker "$home/bin/connect-distributed.sh" "$work/worker.properties" \
  >"$work/worker.log" 2>&1 &
worker=$!
until_said healthy GET /health
echo line >"$work/lines"
ask POST /connectors '{"name": "from", "config": {"topic": "training", "file": "'"$work/lines"'",
  "connector.class": "org.apache.kafka.connect.file.FileStreamSourceConnector"}}' >/dev/null
ask POST /connectors '{"name": "to", "config": {"topics": "training", "file": "'"$work/written"'",
  "connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector"}}' >/dev/null
until_said '"tasks":.*RUNNING' GET /connectors/from/status
until_said '"tasks":.*RUNNING' GET /connectors/to/status
for path in / /connector-plugins '/connectors?expand=status&expand=info'; do
  ask GET "$path" >/dev/null
done
kill "$worker"
wait "$worker" || true
