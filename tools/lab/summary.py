"""The last screen: conditions, counts, how to look at the data, how to stop."""

from __future__ import annotations

from typing import Any


def text(lab: dict[str, Any], namespace: str, seconds: float) -> str:
    """What a person reads after ``make lab``."""
    status = lab["status"]
    data = status.get("data", {})
    lines = [
        "",
        f"Lab {lab['metadata']['name']} in namespace {namespace}: ready in {seconds:.0f} s",
        "",
        *(_condition(c) for c in status["conditions"]),
        "",
        "Points seen",
        f"  InfluxDB                    {data.get('influxdb', 0):>8}",
        f"  Kafka, by the producer      {data.get('producer', 0):>8}",
        f"  Kafka, by Telegraf          {data.get('telegraf', 0):>8}",
        "",
        "Look at it",
        "  make records     the last five weather records in Kafka",
        "  make influx      InfluxDB's API on localhost:8086",
        f"  kubectl get slab -n {namespace}      (KUBECONFIG=$(make -s kubeconfig))",
        "Stop it",
        "  make lab-down    removes the lab, and the cluster if we made it",
    ]
    return "\n".join(lines)


def _condition(condition: dict[str, Any]) -> str:
    head = f"  {condition['type']:16}{condition['status']:8}"
    return f"{head}{condition.get('message') or condition['reason']}"
