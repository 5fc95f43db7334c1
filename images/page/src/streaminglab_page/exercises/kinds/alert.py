"""An alert of InfluxDB that came into the lab's topic of alerts since the exercises began. Pure.

There and not in InfluxDB's own bucket `_monitoring`: so it has come all the way, and the page of a
lab that an earlier version made, whose token cannot read that bucket, sees it as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_page.bounded import mapping, text
from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Kind, words
from streaminglab_page.kafka.message import Raw

LARGEST = 65_536
"""Bytes of an alert; a larger message is none."""


@dataclass(frozen=True, slots=True)
class AlertCheck:
    """``name``: of an alert of the spec, or of a check in InfluxDB."""

    name: str = ""

    def in_topic(self, spec: Mapping[str, Any]) -> str:
        """The lab's topic of alerts."""
        return text(mapping(spec.get("telegraf")).get("alertTopic"))

    def fits(self, raw: Raw) -> bool:
        """Whether a message tells of it: Telegraf keeps the check's name as a tag."""
        value = raw.value() or b""
        if len(value) > LARGEST:
            return False
        try:
            tags = mapping(mapping(json.loads(value)).get("tags"))
        except (ValueError, RecursionError):
            return False
        told = tags.get("_check_name")
        # The operator names its checks after the alert, and what it looks at.
        return isinstance(told, str) and (told == self.name or told.startswith(f"{self.name} ("))


def seen(asks: AlertCheck, facts: Facts) -> bool:
    """Whether it came."""
    return facts.messages.get(asks, 0) > 0


ALERT = Kind(
    name="alert",
    says="An alert of InfluxDB came into the topic `spec.telegraf.alertTopic`.",
    source=Origin.MESSAGES,
    fields=(words("name", "of `spec.influxdb.alerts`, or of a check in InfluxDB", needed=True),),
    record=AlertCheck,
    seen=seen,
)
