"""Whatever LimitRanges a namespace has: what the lab leaves open is admitted, the rest is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from streaminglab_operator import names
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit, LabView, Observed
from streaminglab_operator.observed.refusals import refusal as judged
from streaminglab_operator.plan import Options, plan
from streaminglab_operator.plan.limit_ranges import Limits, read, together
from streaminglab_operator.reconcile.limit_ranges import (
    FRESH_SECONDS,
    KNOWN_SECONDS,
    LimitRanges,
)
from streaminglab_operator.schema import units
from streaminglab_operator.schema.parts import ResourceSpec
from streaminglab_operator.schema.quantities import MOST, amount
from streaminglab_operator.services import OPTIONAL, TABLE
from streaminglab_operator.services.bounds import FREE, Bounds, Range, bounds_from, sized
from streaminglab_operator.services.size import Size, mebibytes, millicores
from streaminglab_operator.status.sizing import with_field
from tests.fakes.time import Clock
from tests.labs import all_ready, every_release, lab
from tests.limit_ranger import refusal

JVM = Size("50m", "2", "640Mi", "256m")
SIZES = st.sampled_from(
    [JVM, Size("10m", "500m", "96Mi"), Size("20m", "1", "256Mi"), Size("10m", "1", "128Mi")]
)


def limit_range(name: str = "limits", kind: str = "Container", **said: Any) -> dict[str, Any]:
    """One LimitRange with one item."""
    return {"metadata": {"name": name}, "spec": {"limits": [{"type": kind, **said}]}}


def limits_of(*ranges: dict[str, Any]) -> Limits:
    """What they say together."""
    return together(limit for each in ranges for limit in read(each))


def pod(size: Size) -> dict[str, Any]:
    """A pod as the charts make them: an init container before one container, of one size."""
    container = {"resources": size.resources()}
    return {
        "metadata": {"name": "a"},
        "spec": {"containers": [container], "initContainers": [container]},
    }


@st.composite
def satisfiable(draw: st.DrawFn) -> list[dict[str, Any]]:
    """LimitRanges of both types within which our sizes fit: each by its own numbers."""
    found = []
    for i in range(draw(st.integers(1, 3))):
        item: dict[str, Any] = {}
        if draw(st.booleans()):
            item["min"] = {"cpu": f"{draw(st.integers(1, 900))}m"}
        if draw(st.booleans()):
            item.setdefault("min", {})["memory"] = f"{draw(st.integers(1, 4000))}Mi"
        if draw(st.booleans()):
            item["max"] = {"cpu": f"{draw(st.integers(900, 3000))}m", "memory": "4000Mi"}
        if draw(st.booleans()):
            item["maxLimitRequestRatio"] = {"cpu": f"{draw(st.integers(1000, 90_000))}m"}
        found.append(limit_range(f"l{i}", draw(st.sampled_from(["Container", "Pod"])), **item))
    return found


@given(SIZES, satisfiable())
def test_what_the_lab_leaves_open_is_admitted(size: Size, ranges: list[dict[str, Any]]) -> None:
    limits = limits_of(*ranges)
    found = sized(size, None, limits.bounds)
    assert refusal("Pod", pod(found), ranges) is None
    assert limits.bounds.allows(found)
    assert mebibytes(found.memory) >= mebibytes(size.memory), "no memory is lowered"
    assert sized(found, None, limits.bounds) == found, "what fits stays"


@given(SIZES, satisfiable(), st.from_regex(units.CPU, fullmatch=True))
def test_what_the_lab_says_is_left_and_the_limit_follows(
    size: Size, ranges: list[dict[str, Any]], cpu: str
) -> None:
    limits = limits_of(*ranges)
    found = sized(size, ResourceSpec(cpu=cpu), limits.bounds)
    assert found.cpu == cpu
    assert millicores(found.cpu_limit) >= millicores(cpu)
    least, most = limits.bounds.cpu.least, limits.bounds.cpu.most
    if millicores(cpu) >= least and (most is None or millicores(cpu) <= most):
        assert refusal("Pod", pod(found), ranges) is None


@given(SIZES, satisfiable(), st.from_regex(units.CPU, fullmatch=True))
def test_a_limit_that_the_lab_says_is_left_and_the_request_follows(
    size: Size, ranges: list[dict[str, Any]], limit: str
) -> None:
    limits = limits_of(*ranges)
    found = sized(size, ResourceSpec(cpu_limit=limit), limits.bounds)
    assert found.cpu_limit == limit
    assert millicores(found.cpu) <= millicores(limit)
    least, most = limits.bounds.cpu.least, limits.bounds.cpu.most
    if millicores(limit) >= least and (most is None or millicores(limit) <= most):
        assert refusal("Pod", pod(found), ranges) is None


@given(SIZES, st.none() | st.builds(ResourceSpec, cpu=st.just("250m"), memory=st.just("1Gi")))
def test_without_a_limit_range_nothing_changes(size: Size, said: ResourceSpec | None) -> None:
    found = sized(size, said, limits_of().bounds)
    assert found == sized(size, said)
    if said is None:
        assert found == size


def test_a_heap_follows_a_raised_memory() -> None:
    raised = limits_of(limit_range(min={"memory": "1Gi"}))
    assert sized(JVM, None, raised.bounds) == replace(JVM, memory="1024Mi", heap="409m")


def test_a_ratio_lowers_a_limit_no_further_than_a_jvm_starts_with() -> None:
    narrow = limits_of(limit_range(min={"cpu": "50m"}, maxLimitRequestRatio={"cpu": "2"}))
    assert sized(JVM, None, narrow.bounds) == replace(JVM, cpu="250m", cpu_limit="500m")
    wide = limits_of(limit_range(maxLimitRequestRatio={"cpu": "20"}))
    assert sized(JVM, None, wide.bounds) == replace(JVM, cpu="50m", cpu_limit="1")


HOSTILE = [
    limit_range(min={"cpu": "9e30", "memory": "8Ei"}),
    limit_range(min={"cpu": "4"}, max={"cpu": "1"}),
    limit_range(max={"cpu": "-1", "memory": "-5Gi"}),
    limit_range(maxLimitRequestRatio={"cpu": "0", "memory": "500m"}),
    limit_range(min={"memory": "500Gi"}),
    limit_range(min={"cpu": {"a": 1}, "memory": "x" * 10_000}),
    {"metadata": {}, "spec": None},
    {"spec": {"limits": [{"type": "Container"}, {"type": "PersistentVolumeClaim", "min": {}}]}},
    limit_range(min={"cpu": "1e99999"}, max={"memory": None}),
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=str)
def test_what_nobody_can_satisfy_changes_nothing(hostile: dict[str, Any]) -> None:
    assert sized(JVM, None, limits_of(hostile).bounds) == JVM


def test_of_very_many_items_the_first_are_read() -> None:
    many = {
        "metadata": {"name": "many"},
        "spec": {"limits": [{"type": "Pod", "min": {"cpu": "1m"}}] * 100_000},
    }
    assert len(list(read(many))) == 32


QUANTITIES = {
    "100m": 100, "1": 1000, "0.5": 500, ".5": 500, "1500u": 2, "1n": 1, "2k": 2_000_000,
    "1e3": 1_000_000, "1E3": 1_000_000, "1Ki": 1_024_000, "9E": MOST, "-1": -1000, "+2": 2000,
}  # fmt: skip


@pytest.mark.parametrize("text", QUANTITIES)
def test_a_quantity_is_read_as_kubernetes_writes_it(text: str) -> None:
    assert amount(text, 1000, down=False) == QUANTITIES[text]


@given(st.text(max_size=80) | st.integers() | st.none() | st.floats())
@example("1e999999999999")
@example("0x10")
def test_no_text_breaks_the_reader(text: Any) -> None:
    found = amount(text, 1000, down=True)
    assert found is None or -MOST <= found <= MOST


NUMBERS = st.integers(0, MOST)
RANGES = st.builds(Range, NUMBERS, st.none() | NUMBERS, st.none() | NUMBERS)


@given(st.builds(Bounds, RANGES, RANGES))
def test_what_is_kept_with_a_workload_is_read_back(bounds: Bounds) -> None:
    assert bounds_from(bounds.text()) == bounds
    assert len(bounds.text()) < 253


@given(st.text(max_size=60))
def test_what_somebody_else_wrote_there_says_nothing(text: str) -> None:
    assume(len(text.split(" ")) != 6)
    assert bounds_from(text) is FREE


MINIMUM = limits_of(limit_range(min={"cpu": "50m"}, maxLimitRequestRatio={"cpu": "2"}))
EVERYTHING: dict[str, Any] = {service.part.key: {} for service in OPTIONAL}


def _cpus(of: Any, view: LabView, limits: Limits | None) -> dict[str, str]:
    made = plan(of, view, Options(), limits)
    return {
        r.component: r.values["resources"]["requests"]["cpu"]
        for r in made.releases
        if "resources" in r.values
    }


def test_every_part_of_a_lab_that_is_not_there_yet_follows_the_limit_ranges() -> None:
    of = lab({**EVERYTHING, "profile": "resilience"})
    view = LabView(credentials=all_ready(of).credentials)
    seen = plan(of, view, Options())
    made = {release.component for release in seen.releases}
    assert seen.ask_limits == made >= {"kafka", "influxdb", "telegraf", "page"}
    cpus = _cpus(of, view, MINIMUM)
    assert cpus.keys() == made
    assert all(millicores(cpu) >= 50 for cpu in cpus.values())


def test_a_lab_that_runs_asks_for_no_limit_range_and_is_left_as_it_is() -> None:
    of = lab(EVERYTHING)
    view = all_ready(of)
    seen = plan(of, view, Options())
    assert seen.ask_limits == {"verify"}, "the one thing that is not there in this view"
    again = plan(of, view, Options(), MINIMUM)
    for release in seen.releases:
        assert release.component == "verify" or release == again.release(release.component)


def _with(view: LabView, item: Observed, **more: Any) -> LabView:
    objects = {**view.objects, (item.kind, item.name): replace(item, **more)}
    return replace(view, objects=objects)


def test_a_part_that_was_sized_by_a_limit_range_keeps_its_size_without_asking() -> None:
    of = lab({})
    view = all_ready(of)
    telegraf = view.of_kind("Deployment", "telegraf")[0]
    kept = _with(view, telegraf, limits=MINIMUM.bounds.text())
    assert _cpus(of, kept, None)["telegraf"] == "250m"
    other = limits_of(limit_range(min={"cpu": "400m"}))
    assert _cpus(of, kept, other)["telegraf"] == "250m", "its pod runs: a later one changes nothing"
    why = {"telegraf": Culprit(Reason.LIMIT_RANGE, "the namespace's limits forbid it")}
    refused = replace(kept, problems=why)
    assert plan(of, refused, Options()).ask_limits == {"telegraf", "verify"}
    assert _cpus(of, refused, other)["telegraf"] == "400m"
    assert _cpus(of, refused, MINIMUM)["telegraf"] == "250m"
    assert _cpus(of, refused, limits_of())["telegraf"] == "250m", "what fits is not made anew"


def test_a_suspended_lab_reads_none_and_looks_again_when_it_comes_back() -> None:
    of = lab({"suspend": True})
    assert not plan(of, LabView(), Options()).ask_limits


def test_only_what_is_of_another_size_is_marked() -> None:
    of = lab({})
    huge = limits_of(limit_range(max={"cpu": "64"}))
    made = plan(of, LabView(), Options(), huge)
    assert {release.limits for release in made.releases} == {""}
    marked = plan(of, LabView(), Options(), MINIMUM)
    assert {r.limits for r in marked.releases} == {MINIMUM.bounds.text()}


SAID = {
    "minimum cpu usage per Container is 50m, but request is 20m": (
        "Set spec.init.resources.cpu to 50m or more (LimitRange limits)"
    ),
    "maximum cpu usage per Pod is 1500m, but limit is 2": (
        "Set spec.init.resources.cpuLimit to 1500m or less"
    ),
    "maximum memory usage per Container is 0.5Gi, but limit is 1Gi": (
        "Set spec.init.resources.memory to 0.5Gi or less"
    ),
    "cpu max limit to request ratio per Container is 2, but provided ratio is 50.000000": (
        "Set spec.init.resources.cpuLimit to 2 times resources.cpu or less (LimitRange limits)"
    ),
    "[minimum cpu usage per Container is 50m, but request is 20m, minimum memory usage per "
    "Container is 1Gi, but request is 256Mi]": (
        "Set spec.init.resources.cpu to 50m or more (LimitRange limits); "
        "Set spec.init.resources.memory to 1Gi or more"
    ),
    "exceeded quota: lab, requested: limits.cpu=1,requests.memory=1Gi, used: limits.cpu=4,"
    "requests.memory=3Gi, limited: limits.cpu=4,requests.memory=3Gi": (
        "Set spec.init.resources.cpuLimit lower, or something else of the namespace; "
        "Set spec.init.resources.memory lower, or something else of the namespace"
    ),
    "minimum ephemeral-storage usage per Container is 1Gi.  No request is specified": (
        "No field of a lab sets ephemeral-storage: ask the administrator"
    ),
}


@pytest.mark.parametrize("words", SAID)
def test_a_refusal_names_the_field_and_what_to_write(words: str) -> None:
    why = judged(f'Error creating: pods "meteo-init-1" is forbidden: {words}')
    assert with_field(why, "init", MINIMUM).message == f"{why.message}. {SAID[words]}"


@pytest.mark.parametrize("component", [entry.component for entry in TABLE])
def test_every_component_has_a_field_of_its_own(component: str) -> None:
    words = "minimum cpu usage per Container is 50m, but request is 20m"
    said = with_field(judged(f'pods "a" is forbidden: {words}'), component, MINIMUM).message
    key = next(e.part.key for e in TABLE if e.component == component)
    assert f"Set spec.{key}.resources.cpu to 50m or more" in said


def test_a_volume_that_is_too_small_names_its_field() -> None:
    words = (
        'failed to create PVC data-meteo-kafka-0: persistentvolumeclaims "data-meteo-kafka-0" is '
        "forbidden: minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Gi"
    )
    why = judged(words)
    assert why.reason is Reason.LIMIT_RANGE
    assert "Set spec.kafka.storage to 2Gi or more" in with_field(why, "kafka", MINIMUM).message


def test_where_no_size_fits_the_limit_ranges_are_named() -> None:
    limits = limits_of(
        limit_range("small", max={"cpu": "1"}), limit_range("large", min={"cpu": "4"})
    )
    why = judged('pods "a" is forbidden: minimum cpu usage per Container is 4, but request is 50m')
    said = with_field(why, "kafka", limits).message
    assert said.endswith(
        "No cpu is within LimitRange large and small: ask the administrator to change it"
    )


def test_every_release_with_pods_has_a_size() -> None:
    for release in every_release(lab({**EVERYTHING, "profile": "resilience"})):
        has = "resources" in release.values
        assert has is (release.component in {e.component for e in TABLE}), release.component
    assert names.LIMITS_ANNOTATION.startswith(names.GROUP)


class _Namespaces:
    """Counts how often somebody asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def limit_ranges(self, namespace: str) -> list[dict[str, Any]]:
        self.asked.append(namespace)
        return []


async def test_limit_ranges_are_asked_for_once_in_a_while_and_sooner_after_a_refusal() -> None:
    clock, namespaces = Clock(), _Namespaces()
    ranges = LimitRanges(namespaces, clock)  # type: ignore[arg-type]
    assert ranges.known("a") is None
    await ranges.of("a")
    clock.time += FRESH_SECONDS
    assert ranges.known("a") is not None
    await ranges.of("a")
    assert namespaces.asked == ["a"]
    await ranges.of("a", refused=True)
    await ranges.of("a", refused=True)
    assert namespaces.asked == ["a", "a"]
    clock.time += KNOWN_SECONDS
    assert ranges.known("a") is None
    await ranges.of("a")
    await ranges.of("b")
    assert namespaces.asked == ["a", "a", "a", "b"]


@pytest.mark.parametrize("counted", ["limits.ephemeral-storage", "requests.ephemeral-storage"])
def test_a_quota_on_what_no_lab_says_is_told_with_who_can_help(counted: str) -> None:
    words = f'pods "a" is forbidden: failed quota: scratch: must specify {counted} for: kafka'
    said = with_field(judged(words), "kafka", MINIMUM)
    assert said.reason is Reason.QUOTA_EXCEEDED
    assert f"The quota counts {counted}, of which pods of a lab say nothing" in said.message
    assert "site.pods.ephemeralStorage, a LimitRange with defaults" in said.message


@pytest.mark.parametrize(
    "counted", ["ephemeral-storage", "requests.storage", "pods", "count/deployments.apps"]
)
def test_every_kind_of_quota_is_told_in_its_own_words(counted: str) -> None:
    amounts = f"requested: {counted}=2, used: {counted}=9, limited: {counted}=10"
    words = f"exceeded quota: small, {amounts}"
    said = with_field(judged(f'pods "a" is forbidden: {words}'), "kafka", MINIMUM)
    assert said.reason is Reason.QUOTA_EXCEEDED
    assert words in said.message
