"""What an edit may lack or leave behind, each with the reason. An entry that no edit needs is a
fault of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.mutations.plan import Plan


@dataclass(frozen=True)
class Entry:
    """``places``: an expression for the schema's places; ``sort``: which table it stands in.

    ``what``: of something left behind, an expression for where it is.
    """

    sort: str
    places: str
    reason: str
    what: str = ""

    def fits(self, plan: Plan, where: str = "") -> bool:
        """Whether it speaks of this edit, and of this place in what was made."""
        return bool(re.fullmatch(self.places, plan.place)) and bool(re.match(self.what, where))


_TOPICS = (
    r"spec\.(kafka(\.topics(\[\](\.name)?)?)?|telegraf(\.(topic|alertTopic))?|producer(\.topic)?|"
    r"dbt(\.(commandTopic|resultTopic))?|influxdb(\.alerts)?)"
)

ENTRIES: tuple[Entry, ...] = (
    Entry("same", r"spec\.kafka\.brokers", "unset, it follows the profile, which says the same"),
    Entry(
        "same",
        r"spec\.kafka\.topics\[\]\.replicationFactor",
        "unset, it is the number of brokers, which is the same",
    ),
    Entry("same", r"spec\.kafka\.stoppedBrokers", "a broker that is named twice is stopped once"),
    Entry(
        "same",
        r"spec\.(connect\.secrets|jupyter\.envSecrets)",
        "a Secret that is named twice is taken once",
    ),
    Entry("same", r"spec\.egress\.noProxy", "a host that is named twice is one"),
    Entry("same", r"spec\.access\.ingress\.open", "a page that is named twice is opened once"),
    Entry(
        "derived",
        r"spec\.access\.ingress\.open\[\]",
        "a page is named by its part of the spec, and its rule is of its host name and Service",
    ),
    Entry(
        "same",
        r"spec\.connect\.plugins\[\]\.name",
        "a bundled plugin has its folder from the image; the name is its key in the list",
    ),
    Entry(
        "same",
        r"spec\.(init|inject|verify|partitions)(\.resources(\..+)?)?",
        "a Job that is done is not run again for another size: it holds for its next run",
    ),
    Entry(
        "same",
        r"spec\.passwordsSecretName",
        "passwords that were chosen once stay until they are rotated",
    ),
    Entry("derived", r"spec\.profile", "a profile is sizes and a number of brokers"),
    Entry("several", r"spec\.profile", "with the number of brokers, the copies of every topic"),
    Entry("derived", r"spec\.influxdb\.retention", "InfluxDB takes seconds"),
    Entry("derived", r"spec\.chaos\..+", "the operator goes by it; the status has its checksum"),
    Entry("derived", r"spec\.inject\.rate", "the program takes points per second, as a number"),
    Entry("derived", r"spec\.schemaRegistry\.storage", "the registry has a class for each of both"),
    Entry(
        "left",
        _TOPICS,
        "no topic is deleted: it stays with its data, and TopicsReady names it",
        what=r"kafka |(conditions|components) \d+ message$",
    ),
    Entry(
        "left",
        r"spec\.retainData",
        "a volume gets its owner back by a patch, and had it from the one that made it",
        what=r"PersistentVolumeClaim/\S+ ours ",
    ),
    Entry(
        "left",
        r"spec\.access\.discoverable",
        "the operator deletes no Secret: without annotation and values it goes with the lab",
        what=r"Secret/\S+/discoverable-\S+ (?!data \S)",
    ),
    Entry(
        "left",
        r"spec\.connect\.replicas",
        "the volume of a worker that is taken away stays for the next one of its number",
        what=r"PersistentVolumeClaim/",
    ),
    Entry(
        "left",
        r"spec\.kafka\.stoppedBrokers(\[\])?",
        "a lab that was ready once is Degraded, and one that never was is not",
        what=r"phase$",
    ),
    Entry(
        "left",
        r"spec\.inject(\..+)?",
        "a change is one more injection: points that were written stay, and are counted",
        what=r"points |data |conditions \d+ message$",
    ),
    Entry(
        "left",
        r"spec\.suspend",
        "a lab that has rested says since when it rests no more",
        what=r"conditions \d+ (type|status|reason|message)$",
    ),
    Entry(
        "one-way",
        r"spec\.kafka\.topics\[\]\.partitions",
        "the partitions of a topic grow, and never shrink",
    ),
    Entry(
        "one-sided",
        r"spec\.access\.kafka\.(nodePort\.ports|loadBalancer\.hosts)",
        "it has one item for each broker, no less and no more; its items are edited",
        what=r"reached$",
    ),
    Entry(
        "one-sided",
        r"spec\.pods\.affinity\..*\.preference",
        "Kubernetes asks for it, and for its one field; the items of that are edited",
        what=r"reached$",
    ),
    Entry("one-way", r"spec\.weather", "the weather of a lab cannot be taken away"),
)


@dataclass
class Declared:
    """The entries, and which of them were of use."""

    used: set[Entry] = field(default_factory=set)

    def allows(self, sort: str, plan: Plan, where: str = "") -> bool:
        """Whether an entry allows it; all that do are used."""
        found = [e for e in ENTRIES if e.sort == sort and e.fits(plan, where)]
        self.used.update(found)
        return bool(found)

    def unused(self) -> list[Entry]:
        """The entries that no edit needed."""
        return [entry for entry in ENTRIES if entry not in self.used]


KINDS: Mapping[str, str] = {
    "same": "an edit that is accepted and changes nothing",
    "derived": "a value that arrives in another form",
    "several": "a word that changes several lines of a properties file",
    "left": "what stays when the edit is taken back",
    "one-way": "an edit that cannot be taken back",
    "one-sided": "a place that has no edit that is refused, or none that is reached",
}
