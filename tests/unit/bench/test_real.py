"""Memory is summed over the lab's own pods; manifests move whole to another namespace."""

from bench import connect, firstlab, footprint
from bench.client import Json
from bench.connect import Connected
from bench.firstlab import FirstLab
from bench.footprint import Footprint, pods_of
from bench.owned import moved
from bench.podtimes import STAGES, PodTimes
from streaminglab_operator.api.validate import parse_spec, validate_spec


def summary(*pods: tuple[str, str, int]) -> dict[str, object]:
    return {
        "pods": [
            {"podRef": {"namespace": ns, "name": name}, "memory": {"workingSetBytes": size}}
            for ns, name, size in pods
        ]
    }


def test_only_pods_of_the_namespace_are_counted_on_every_node() -> None:
    nodes = [summary(("a", "x", 5), ("b", "y", 7)), summary(("a", "z", 11))]
    assert pods_of("a", "workingSetBytes", nodes) == {"x": 5, "z": 11}


def test_a_pod_without_figures_counts_nothing_and_voids_the_figure() -> None:
    nodes = [{"pods": [{"podRef": {"namespace": "a", "name": "x"}}]}]
    assert pods_of("a", "workingSetBytes", nodes) == {"x": 0}
    assert footprint.report(Footprint(peak={"x": 1}, rest={"x": 0}, ready=True)).void


def test_the_peak_is_that_of_the_sum_and_not_of_each_pod() -> None:
    seen = Footprint()
    seen.add({"x": 10, "y": 1})
    seen.add({"x": 1, "y": 10})
    seen.add({"x": 6, "y": 6})
    assert seen.peak == {"x": 6, "y": 6}
    assert seen.samples == 3


def test_a_lab_of_a_gibibyte_is_reported_as_one() -> None:
    made = footprint.report(Footprint(peak={"x": 2**30}, rest={"x": 2**29}, ready=True))
    assert made.figure == 1.0
    assert made.reached
    assert made.counts["peakMiB"] == {"x": 1024}


def test_the_namespace_is_replaced_inside_addresses_too() -> None:
    document = {"metadata": {"namespace": "one"}, "data": {"url": "http://k.one.svc:1"}}
    assert moved([document], "one", "two") == [
        {"metadata": {"namespace": "two"}, "data": {"url": "http://k.two.svc:1"}}
    ]


def test_the_first_lab_is_void_when_a_point_is_missing_or_an_image_was_pulled() -> None:
    equal = {"influxdb": 3, "producer": 3, "telegraf": 3, "expected": 3}
    assert not firstlab.report(FirstLab(operator=3, script=2, data=equal)).void
    assert firstlab.report(FirstLab(operator=3, script=2, data=equal | {"telegraf": 2})).void
    assert firstlab.report(FirstLab(operator=3, script=2, data=equal, pulls=1)).void


def test_a_pod_has_the_time_of_each_stage_once() -> None:
    seen = PodTimes()
    pod: Json = {"metadata": {"name": "x"}, "spec": {}}
    assert not seen.saw(pod)
    assert seen.of["x"].keys() == {"made"}
    pod["spec"]["nodeName"] = "node"
    prepared = {"type": "Initialized", "status": "False"}
    waiting: list[Json] = [{"state": {"waiting": {}}}]
    pod["status"] = {"conditions": [prepared], "containerStatuses": waiting}
    assert not seen.saw(pod)
    assert seen.of["x"].keys() == {"made", "scheduled"}
    made = dict(seen.of["x"])
    prepared["status"] = "True"
    assert not seen.saw(pod)
    assert seen.of["x"].keys() == {"made", "scheduled", "prepared"}
    pod["status"] |= {"phase": "Succeeded", "containerStatuses": [{"state": {"terminated": {}}}]}
    assert seen.saw(pod)
    assert list(seen.of["x"]) == [*STAGES]
    assert seen.of["x"]["made"] == made["made"]


def test_a_pod_that_ends_is_ready_when_it_has_ended() -> None:
    seen = PodTimes()
    runs = {"type": "Ready", "status": "True"}
    pod: Json = {
        "metadata": {"name": "x"},
        "spec": {"restartPolicy": "Never"},
        "status": {"phase": "Running", "conditions": [runs]},
    }
    assert not seen.saw(pod)
    assert not seen.saw({**pod, "status": {"phase": "Failed"}})
    assert "ready" not in seen.of["x"]
    assert seen.saw({**pod, "status": {"phase": "Succeeded"}})
    assert "ready" in seen.of["x"]


def _connected(times: dict[str, float], **more: object) -> Connected:
    seen = Connected()
    seen.pods.of[connect.POD] = times
    given = {"asked": frozenset({"a"}), "classes": frozenset({"a", "b"}), **more}
    for name, value in given.items():
        setattr(seen, name, value)
    return seen


TIMES = {"made": 5.0, "scheduled": 6.0, "prepared": 8.5, "runs": 9.0, "ready": 13.0}


def test_connect_is_counted_from_its_pod_to_ready_by_stages() -> None:
    made = connect.report(_connected(TIMES))
    assert (made.figure, made.void, made.reached) == (8.0, False, True)
    assert made.counts["stages"] == {
        "made to scheduled": 1.0,
        "scheduled to prepared": 2.5,
        "prepared to runs": 0.5,
        "runs to ready": 4.0,
    }
    assert not connect.report(_connected({**TIMES, "ready": 15.1})).reached


def test_connect_without_a_plugin_or_with_a_pull_counts_for_nothing() -> None:
    assert connect.report(_connected(TIMES, classes=frozenset({"b"}))).void
    assert connect.report(_connected(TIMES, asked=frozenset())).void
    assert connect.report(_connected(TIMES, pulls=1)).void
    assert connect.report(_connected({"made": 5.0})).void


def test_connect_is_measured_with_the_examples_plugins_and_no_connector() -> None:
    spec = connect.example()
    lab = connect.document("ns", spec)
    assert lab["spec"]["connect"].keys() == {"schemasInJson", "plugins"}
    assert len(lab["spec"]["connect"]["plugins"]) == 3
    assert not validate_spec(parse_spec(lab["spec"]))
