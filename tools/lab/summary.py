"""The last screen: conditions, counts, how to look at the data, how to stop."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any


def text(lab: dict[str, Any], namespace: str, seconds: float, unbuilt: Sequence[str] = ()) -> str:
    """What a person reads after ``make lab``.

    ``unbuilt``: services that other labs may have, and whose images were not built for this one.
    """
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
        *_more(unbuilt),
        "Stop it",
        "  make lab-down    removes the lab, and the cluster if we made it",
    ]
    return "\n".join(lines)


def _more(unbuilt: Sequence[str]) -> list[str]:
    if not unbuilt:
        return []
    return [
        "Images that this lab does not need are not built yet",
        *textwrap.wrap(", ".join(unbuilt), 70, initial_indent="  ", subsequent_indent="  "),
        "  make images      builds them all (make lab LAB=file: those of that lab)",
    ]


def _condition(condition: dict[str, Any]) -> str:
    head = f"  {condition['type']:16}{condition['status']:8}"
    return f"{head}{condition.get('message') or condition['reason']}"
