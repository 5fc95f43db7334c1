"""What an administrator says once for all labs, in the objects of a lab."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from streaminglab_operator.plan.lab import Options
from streaminglab_operator.schema.site import Site
from streaminglab_operator.services import OPTIONAL
from streaminglab_operator.services.size import MEBIBYTE, in_bytes
from tests.charts.lab_charts import EVERYTHING, lab_objects, lab_of, lab_with
from tests.charts.support import containers, pod_templates, render
from tests.labs import every_release
from tools.shell.paths import ROOT

SIZES = {
    "kafka": {"memory": "512Mi"},
    "jupyter": {"cpu": "100m", "cpuLimit": "4"},
    "init": {"memory": "96Mi"},
}


LARGEST = {
    **EVERYTHING,
    "jupyter": {"spark": True},
    "ksqldb": {"functions": [{"name": "own", "maven": "org.example:own:1"}]},
}


def options(**said: Any) -> Options:
    return Options(site=Site.model_validate(said))


def test_every_disk_is_of_the_sites_class() -> None:
    found = lab_with(options(storage={"className": "standard"}))
    sets = [o["spec"] for o in found if o["kind"] == "StatefulSet"]
    claims = [claim["spec"] for spec in sets for claim in spec.get("volumeClaimTemplates", ())]
    assert claims
    assert {claim["storageClassName"] for claim in claims} == {"standard"}


@pytest.mark.parametrize(("said", "wanted"), [("cluster", None), (1000660000, 1000660000)])
def test_the_pods_of_a_lab_have_the_sites_user_or_the_clusters(said: Any, wanted: Any) -> None:
    found = [pod["spec"] for _, pod in pod_templates(lab_with(options(pods={"runAsUser": said})))]
    assert len(found) > len(OPTIONAL)
    for pod in found:
        context = pod["securityContext"]
        assert [context.get(key) for key in ("runAsUser", "runAsGroup", "fsGroup")] == [wanted] * 3
        assert context["runAsNonRoot"] is True


def test_every_container_says_what_the_site_wants_of_its_scratch_space() -> None:
    amounts = {"request": "100Mi", "limit": "3Gi"}
    plain = containers(lab_with(Options()))
    assert not [c for c in plain if "ephemeral-storage" in str(c["resources"])]
    for container in containers(lab_with(options(pods={"ephemeralStorage": amounts}))):
        resources = container["resources"]
        assert resources["requests"]["ephemeral-storage"] == "100Mi"
        assert resources["limits"]["ephemeral-storage"] == "3Gi"
        assert {"cpu", "memory"} <= set(resources["limits"])


def test_the_limit_that_the_page_names_is_room_for_what_any_part_writes() -> None:
    """A pod above it is evicted; its emptyDirs and logs count, what is in memory does not. The
    kubelet keeps 50 MiB of a container's log: five files of 10 MiB, where nobody says otherwise."""
    room = []
    for _, pod in pod_templates(lab_with(Options(), LARGEST)):
        scratch = [v["emptyDir"] for v in pod["spec"]["volumes"] if "emptyDir" in v]
        taken = sum(in_bytes(v["sizeLimit"]) for v in scratch if v.get("medium") != "Memory")
        room.append(taken + 50 * MEBIBYTE * len(pod["spec"]["containers"]))
    *_, second, most = (f"{size / 2**30:.1f}" for size in sorted(room))
    words = " ".join((ROOT / "docs" / "admin.md").read_text().split())
    assert f"ksqlDB may take {most} GiB, all others {second} at most" in words
    assert "ephemeralStorage: {request: 100Mi, limit: 3Gi}" in words
    assert max(room) < in_bytes("3Gi")


def test_a_profile_of_the_site_sizes_its_parts_and_leaves_the_others() -> None:
    site = options(profiles={"small": {"base": "nano", "sizes": SIZES}})
    lab = lab_of(EVERYTHING)

    def resources(profile: str) -> dict[str, Any]:
        releases = every_release(replace(lab, spec=replace(lab.spec, profile=profile)), site)
        return {r.component: r.values["resources"] for r in releases if "resources" in r.values}

    small, nano = resources("small"), resources("nano")
    assert small["kafka"]["limits"]["memory"] == "512Mi"
    assert small["kafka"]["requests"]["cpu"] == nano["kafka"]["requests"]["cpu"]
    assert small["jupyter"]["limits"] == {**nano["jupyter"]["limits"], "cpu": "4"}
    assert small["init"]["limits"]["memory"] == "96Mi"
    assert {c for c in small if small[c] != nano[c]} <= {"kafka", "jupyter", "init"}


def test_the_specs_own_size_beats_that_of_the_profile() -> None:
    site = options(profiles={"small": {"sizes": SIZES}})
    spec = {
        "profile": "small",
        "jupyter": {"resources": {"cpu": "2"}},
        "kafka": {"resources": {"memory": "1Gi"}},
    }
    values = {r.component: r.values for r in every_release(lab_of(spec), site)}
    assert values["kafka"]["resources"]["limits"]["memory"] == "1Gi"
    # Request and limit are of one of the two: those of two may not go together.
    assert values["jupyter"]["resources"]["requests"]["cpu"] == "2"
    assert values["jupyter"]["resources"]["limits"]["cpu"] != "4"


def test_the_operators_chart_hands_the_sites_word_on() -> None:
    said = {
        "storage": {"className": "standard", "allowed": ["standard"]},
        "ingress": {"domain": "lab.example.org", "tls": True, "clusterIssuer": "school"},
        "profiles": {"small": {"base": "nano", "sizes": SIZES}},
        "maximum": {"cpu": "2", "memory": "2Gi", "storage": "10Gi", "brokers": 1},
    }
    (operator,) = containers(render("streaminglab-operator", {"site": said}))
    env = {e["name"]: e.get("value") for e in operator["env"]}
    assert json.loads(env["STREAMINGLAB_SITE"]) == said
    assert Site.model_validate(said).to_dict()["maximum"] == said["maximum"]


def test_what_reads_the_drop_folder_runs_on_the_node_of_its_pod() -> None:
    """Most volumes can be mounted on one node at a time."""
    pods = {
        pod["metadata"]["labels"]["app.kubernetes.io/component"]: pod
        for _, pod in pod_templates(lab_objects({"connect": {}, "sftp": {}, "jupyter": {}}))
    }
    near = pods["connect"]["spec"]["affinity"]["podAffinity"]
    (term,) = near["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["topologyKey"] == "kubernetes.io/hostname"
    wanted = term["labelSelector"]["matchLabels"]
    assert wanted.items() <= pods["sftp"]["metadata"]["labels"].items()
    back = pods["sftp"]["spec"]["affinity"]["podAffinity"]
    (preferred,) = back["preferredDuringSchedulingIgnoredDuringExecution"]
    labels = preferred["podAffinityTerm"]["labelSelector"]["matchLabels"]
    assert labels.items() <= pods["connect"]["metadata"]["labels"].items()
    assert "affinity" not in pods["jupyter"]["spec"]


def test_workers_that_share_no_volume_run_anywhere() -> None:
    for _, pod in pod_templates(lab_objects({"connect": {}})):
        assert "podAffinity" not in pod["spec"].get("affinity", {})
