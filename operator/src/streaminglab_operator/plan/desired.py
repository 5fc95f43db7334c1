"""What a plan consists of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from streaminglab_operator import names
from streaminglab_operator.api.status_chaos import ChaosStatus
from streaminglab_operator.api.status_topics import TopicsStatus
from streaminglab_operator.observed import Culprit
from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.plan.brokers import NOTHING, Roll
from streaminglab_operator.plan.limit_ranges import NO_LIMITS, Limits
from streaminglab_operator.plan.stuck import NONE as NONE_STUCK
from streaminglab_operator.plan.stuck import Stuck


@dataclass(frozen=True, slots=True)
class Release:
    """One chart with its values, for one component. Values hold placeholders for names, and of
    a Job for numbers."""

    component: str
    chart: str
    values: Mapping[str, Any]
    digest: str = ""
    """Of a Job: a digest of its inputs, which ends its name."""
    secrets: tuple[str, ...] = ()
    """Keys of the credentials that its pods read: they restart when one of these changes."""
    limits: str = ""
    """What its workload is marked with: the bounds that its size follows, if it is no usual one."""
    asks_limits: bool = False
    """The LimitRanges of the namespace count for it, and were not looked at."""
    numbers: tuple[int, ...] = ()
    """Of a Job: those of its configuration, for which its values hold placeholders."""

    def placeholder_name(self) -> str:
        """The release name to render with, shared by all labs of this shape."""
        digest = PLACEHOLDER.digest if self.digest else ""
        return names.release(PLACEHOLDER.lab, self.component, digest)

    def name(self, lab: str) -> str:
        """The release name in a lab."""
        return names.release(lab, self.component, self.digest)

    def shape(self) -> bytes:
        """Equal for two releases that render to the same templates."""
        head = f"{self.chart}\x00{self.placeholder_name()}\x00{self.limits}\x00"
        return head.encode(errors="surrogatepass") + _text(self.values)


def _text(values: Mapping[str, Any]) -> bytes:
    """Their JSON. What orjson does not take, numbers beyond 64 bits and halves of characters, the
    library of Python does."""
    try:
        return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(values, sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Desired:
    """The plan of one pass.

    - ``releases``: to be applied now
    - ``holds``: component -> what it waits for; what exists of it already is kept
    - ``kept``: the components whose objects are not to be pruned
    - ``unavailable``: component -> why it cannot be here; nothing of it is made
    - ``set_up_influxdb``: InfluxDB answers, and its set-up is missing or was not checked
    - ``verified_before``: of an endless injection the Job that last compared the data of these
      very containers; what it found stands until the next one is done
    - ``suspended``: the lab is to have no pods; ``still_running``: components that still have one
    - ``refused_pages``: components whose page the administrator gives no host name;
      ``access_problem``: the first thing about the pages that he does not let labs do;
      ``addresses_reported``: whether an Ingress that nobody serves shows by that
    - ``chart_problem``: the operator's own chart is of another version than the operator
    - ``topics``: what Kafka's topics are asked to be, to be recorded in the status
    - ``ask_limits``: components for which the LimitRanges of the namespace count, and were not
      looked at; ``limits``: what they say, as far as that is known
    - ``hopeless``: Jobs that can have no pod as they are, by name
    - ``chaos``: how far the declared chaos has come, to be recorded in the status
    - ``roll``: which of Kafka's pods are deleted now, so that they come back as they should be;
      ``stuck``: which of the others, because the cure of what is wrong with them would never come
    """

    releases: tuple[Release, ...]
    holds: Mapping[str, Culprit] = field(default_factory=dict)
    unavailable: Mapping[str, Culprit] = field(default_factory=dict)
    set_up_influxdb: bool = False
    verified_before: str = ""
    suspended: bool = False
    still_running: tuple[str, ...] = ()
    roll: Roll = NOTHING
    chaos: ChaosStatus | None = None
    stuck: Stuck = NONE_STUCK
    refused_pages: frozenset[str] = frozenset()
    access_problem: Culprit | None = None
    chart_problem: Culprit | None = None
    addresses_reported: bool = True
    topics: TopicsStatus = field(default_factory=TopicsStatus)
    ask_limits: frozenset[str] = frozenset()
    limits: Limits = NO_LIMITS
    hopeless: frozenset[str] = frozenset()

    @property
    def kept(self) -> frozenset[str]:
        """Components whose objects stay: those held back, until a successor exists, and those that
        cannot be made here any more."""
        return frozenset(self.holds) | frozenset(self.unavailable)

    def release(self, component: str) -> Release | None:
        """The release of a component, if it is to be applied now."""
        return next((r for r in self.releases if r.component == component), None)
