"""What follows from a change of a spec, as far as it can be known without the operator. Pure.

Which pods restart is decided by the charts, which the operator renders. This table says what the
documents promise of a field, and "may" where they promise nothing; a unit test holds it against the
operator's own planner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from streaminglab_cli.differences import Change

ONE_BY_ONE = "the brokers restart one after the other"
GROWS = "its volume grows, if its StorageClass allows that; no pod restarts for it"
MAY = "its pods may restart"
BESIDE = {"metrics": f"; {ONE_BY_ONE}"}
"""By a part that comes or goes, what that does to others."""
KEPT = "nothing runs again for it; the next run has it"


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to one part."""

    part: str
    what: str


RULES: tuple[tuple[str, str, str], ...] = (
    (r"retainData", "volumes", "nothing restarts; it counts when the lab is deleted"),
    (r"kafka\.stoppedBrokers.*", "kafka", "brokers in the list stop, others run; no data is lost"),
    (r"chaos.*", "kafka", "brokers stop and come back for a while; no data is lost"),
    (r"kafka\.topics.*", "init", "it runs again; no pod of Kafka restarts"),
    (r"influxdb\.retention", "init", "it runs again; InfluxDB does not restart"),
    (r"influxdb\.alerts.*", "init", "it runs again; InfluxDB and Telegraf may restart"),
    (r"inject\.(stations|rate|points|seed|start|interval).*", "inject", "one more injection"),
    (r"(init|inject|verify|partitions)\.resources.*", r"\1", KEPT),
    (r"(\w+)\.storage", r"\1", GROWS),
    (r"access\.kafka.*", "kafka", ONE_BY_ONE),
    (r"access\.(ingress|gateway).*", "pages", "their host names change; no pod restarts for it"),
    (r"access\.(namespacePods|shortNames)", "network", "who may connect, or short names, change"),
    (r"(profile|pods.*)", "every part", f"pods restart; {ONE_BY_ONE}"),
    (r"kafka\..*", "kafka", "the brokers may restart, one after the other"),
    (r"(\w+)\..*", r"\1", MAY),
)
"""Pattern of a whole path -> part -> what happens. The first that fits holds."""


def effects(changes: Iterable[Change]) -> list[Effect]:
    """Each thing once, in the order of the changes."""
    return list(dict.fromkeys(_effect(change) for change in changes))


def _effect(change: Change) -> Effect:
    if change.path == "suspend":
        return _resting(rests=bool(change.after))
    if change.path == "weather":
        made = "are made" if change.after else "are deleted, with their data"
        return Effect("influxdb, telegraf, producer and the Jobs", made)
    if whole := _whole(change):
        return whole
    for pattern, named, what in RULES:
        if match := re.fullmatch(pattern, change.path):
            return Effect(part(match.expand(named)), what)
    return Effect("lab", "the operator looks at it anew")


def _whole(change: Change) -> Effect | None:
    """What happens to a part that comes or goes; None of any other change."""
    section, _, field = change.path.partition(".")
    if field == "enabled":
        return Effect(part(section), "it is made" if change.after else "it is deleted")
    if not field and change.before is None and isinstance(change.after, dict):
        return Effect(part(section), f"it is made{BESIDE.get(section, '')}")
    if not field and change.after is None and isinstance(change.before, dict):
        more = BESIDE.get(section, ", with its data unless retainData is true")
        return Effect(part(section), f"it is deleted{more}")
    return None


def _resting(*, rests: bool) -> Effect:
    what = "all pods end, and all data is kept" if rests else "all pods come back, with their data"
    return Effect("every part", what)


def part(section: str) -> str:
    """The part's name of a section of the spec: kafkaUI is kafka-ui."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", section).lower()
