"""Looking at a lab's data from outside: the last records, and InfluxDB's API."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tools.cluster import kubectl

_CONSUME = (
    "/opt/kafka/bin/kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic {topic} "
    "--from-beginning --timeout-ms 4000 --property print.key=true 2>/dev/null | tail -n 5"
)


def records(config: Path, namespace: str, lab: str, topic: str) -> int:
    """Print the last five records of a topic, key first, with the broker's own console tool."""
    bootstrap = f"{lab}-kafka-0.{lab}-kafka-brokers.{namespace}.svc:9092"
    script = _CONSUME.format(topic=topic).replace("localhost:9092", bootstrap)
    command = [
        kubectl.program(), f"--kubeconfig={config}", "exec", "-n", namespace, f"{lab}-kafka-0",
        "-c", "kafka", "--", "env", "KAFKA_OPTS=", "KAFKA_HEAP_OPTS=-Xmx96m", "sh", "-c", script,
    ]  # fmt: skip
    return subprocess.run(command, check=False).returncode


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
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 0
