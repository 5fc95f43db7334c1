"""Looking at a lab's data from outside: the last records, and InfluxDB's API."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tools.cluster import kubectl
from tools.shell.run import attached, call

NEWEST = 5
_CONSUME = (
    "/opt/kafka/bin/kafka-console-consumer.sh --bootstrap-server {bootstrap} --topic {topic} "
    "--from-beginning --timeout-ms 4000 --property print.key=true "
    "--property print.timestamp=true --property print.partition=true 2>/dev/null"
)
# A topic is read partition by partition, so its newest records are not the last ones read. The
# last few of every partition are handed on; among them are the newest of all.
_LAST_OF_EACH = (
    "awk -F'\\t' '{{ n[$2]++; last[$2, n[$2] % {count}] = $0 }} "
    "END {{ for (i in last) print last[i] }}'"
)


def records(config: Path, namespace: str, lab: str, topic: str) -> int:
    """Print the newest records of a topic, key first, with the broker's own console tool."""
    bootstrap = f"{lab}-kafka-0.{namespace}.svc:9092"
    consume = _CONSUME.format(bootstrap=bootstrap, topic=topic)
    script = f"{consume} | {_LAST_OF_EACH.format(count=NEWEST)}"
    command = [
        kubectl.program(), f"--kubeconfig={config}", "exec", "-n", namespace, f"sts/{lab}-kafka-0",
        "-c", "kafka", "--", "env", "KAFKA_OPTS=", "KAFKA_HEAP_OPTS=-Xmx96m", "sh", "-c", script,
    ]  # fmt: skip
    for line in newest(call(command).stdout.splitlines()):
        print(line)
    return 0


def newest(lines: Iterable[str], count: int = NEWEST) -> list[str]:
    """The newest records, oldest of them first, as ``key<TAB>value``.

    A line is ``CreateTime:<ms><TAB>Partition:<n><TAB>key<TAB>value``; others are left out.
    """
    timed = []
    for line in lines:
        head, _, rest = line.partition("\t")
        _, _, record = rest.partition("\t")
        milliseconds = head.rpartition(":")[2]
        if milliseconds.isdigit():
            timed.append((int(milliseconds), record))
    return [record for _, record in sorted(timed, key=lambda item: item[0])[-count:]]


def influx(config: Path, namespace: str, lab: str) -> int:
    """Forward InfluxDB's API to localhost:8086 until Ctrl-C, and say how to log in."""
    secret = f"{lab}-credentials"
    print("InfluxDB's API: http://localhost:8086/health   (Ctrl-C ends it)")
    print("a token that may read and write the bucket:")
    print(
        f"  kubectl get secret {secret} -n {namespace} "
        "-o jsonpath='{.data.influxdb-verify-token}' | base64 -d"
    )
    command = [
        kubectl.program(), f"--kubeconfig={config}", "port-forward", "-n", namespace,
        f"service/{lab}-influxdb", "8086:8086",
    ]  # fmt: skip
    try:
        return attached(command)
    except KeyboardInterrupt:
        return 0
