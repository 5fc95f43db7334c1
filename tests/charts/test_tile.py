"""The catalog tile, as Onyxia's launcher, card and notes show it."""

import base64
import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from streaminglab_operator.api import admit
from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.api.structural import structural
from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.services import OPTIONAL
from streaminglab_operator.services.kafka_ui import KAFKA_UI
from streaminglab_operator.services.page import PAGE
from tests.authorities import SCHOOL
from tests.charts import onyxia
from tests.charts.lab_charts import lab_text
from tests.charts.support import (
    CHARTS,
    TILE,
    Manifest,
    manifests,
    only,
    pod_templates,
    run_helm,
    template,
)
from tests.labs import NO_PAGE
from tools.generate import tile_words
from tools.generate.tile_spec import LEFT_OUT, WEATHER, is_switch

SCHEMA: dict[str, Any] = json.loads((CHARTS / TILE / "values.schema.json").read_text())
DEFAULTS: dict[str, Any] = yaml.safe_load((CHARTS / TILE / "values.yaml").read_text())
RELEASE = "streaminglab-123456"
SPEC = structural(StreamingLabSpec.model_json_schema())
SWITCHES = [
    name
    for name, part in SPEC["properties"].items()
    if name not in LEFT_OUT and is_switch(name, part)
]


def launched(**k8s: Any) -> dict[str, Any]:
    """Values as the launcher hands them to Helm when nothing was changed."""
    values: dict[str, Any] = onyxia.launch(SCHEMA, DEFAULTS, onyxia.context(**k8s))
    return values


def objects(values: dict[str, Any], release: str = RELEASE) -> list[Manifest]:
    return manifests(template(TILE, values, release))


def lab_of(values: dict[str, Any], release: str = RELEASE) -> Manifest:
    return only(objects(values, release), "StreamingLab")


def notes_of(values: dict[str, Any], release: str = RELEASE) -> str:
    done = run_helm(
        "install", release, str(CHARTS / TILE), "-n", "user-alice", "--dry-run=client",
        values=values,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split("NOTES:", 1)[1]


def admitted(lab: Manifest) -> StreamingLabSpec:
    """The spec, checked by the API server's rules; an error names what is wrong."""
    return admit(lab["spec"], name=lab["metadata"]["name"])


def test_the_launcher_finds_a_value_for_every_field() -> None:
    values = launched()
    assert values["language"] == "fr"
    assert values["projectId"] == "user-alice"
    assert values["ingress"]["domain"] == "user.lab.example.org"
    assert values["ingress"]["className"] == "onyxia"
    assert set(values) == set(SCHEMA["properties"])


def test_an_untouched_form_gives_a_lab_that_is_admitted() -> None:
    lab = lab_of(launched())
    assert lab["metadata"]["name"] == RELEASE
    assert admitted(lab).part(KAFKA_UI.part) is not None
    assert set(SWITCHES) & set(lab["spec"]) == {"kafkaUI", "page"}
    assert lab["spec"]["page"] == {"readyWithLab": True}


def test_a_form_with_everything_switched_on_gives_a_lab_that_is_admitted() -> None:
    values = launched()
    for name in SWITCHES:
        values["lab"][name]["enabled"] = True
    values["lab"]["exercises"]["set"] = "000"
    lab = lab_of(values)
    assert all(admitted(lab).part(service.part) is not None for service in OPTIONAL)
    assert set(SWITCHES) <= set(lab["spec"])


def test_a_lab_of_defaults_says_what_the_models_say() -> None:
    values = {
        "discovery": {"enabled": False},
        "lab": {"kafkaUI": {"enabled": False}, "page": {"enabled": False}},
    }
    spec = StreamingLabSpec.model_validate(lab_of(values)["spec"])
    assert spec == StreamingLabSpec.model_validate(NO_PAGE)


def test_a_part_that_each_lab_has_is_off_only_by_its_word() -> None:
    values = launched()
    values["lab"]["page"]["enabled"] = False
    off = lab_of(values)
    assert off["spec"]["page"] == {"enabled": False}
    assert admitted(off).part(PAGE.part) is None
    assert "enabled" not in lab_of(launched())["spec"]["page"]


def test_every_part_of_the_spec_is_in_the_form_or_left_out_on_purpose() -> None:
    form = SCHEMA["properties"]["lab"]["properties"]
    left = {"suspend", "passwordsSecretName", "chaos"}
    assert set(SPEC["properties"]) - set(form) == left
    assert {path for path in LEFT_OUT if "." not in path} == left


def test_a_student_sees_no_setting_of_the_cluster() -> None:
    values = launched()
    for name in SWITCHES:
        values["lab"][name]["enabled"] = True
    shown = onyxia.fields(SCHEMA, values)
    assert {path.partition("/")[0] for path in shown} == {
        "lab",
        "security",
        "discovery",
        "s3",
        "kubernetes",
    }
    for word in ("resources", "storageClassName", "mavenRepository", "access"):
        assert not [path for path in shown if word in path.split("/")]


def test_a_service_that_is_off_shows_its_switch_alone() -> None:
    shown = onyxia.fields(SCHEMA, launched())
    assert [path for path in shown if "mongodb" in path] == ["lab/mongodb/enabled"]
    values = launched()
    values["lab"]["jupyter"]["enabled"] = True
    opened = [path for path in onyxia.fields(SCHEMA, values) if "jupyter" in path]
    names = ("enabled", "externalEgress", "spark", "files", "solutions")
    assert opened == [f"lab/jupyter/{name}" for name in names]
    assert not [path for path in onyxia.fields(SCHEMA, values) if "username" in path]


def test_a_lab_without_weather_shows_nothing_of_it() -> None:
    values = launched()
    values["lab"]["weather"] = False
    shown = onyxia.fields(SCHEMA, values)
    assert not {part for path in shown for part in path.split("/")} & WEATHER


def test_the_form_shows_what_a_student_decides_and_no_more() -> None:
    shown = set(onyxia.fields(SCHEMA, launched()))
    switches = {f"lab/{name}/enabled" for name in SWITCHES}
    assert switches <= shown
    assert len(shown - switches) <= 12
    everything = launched()
    for name in SWITCHES:
        everything["lab"][name]["enabled"] = True
    own = {
        path.removeprefix("lab/").replace("/", ".") for path in onyxia.fields(SCHEMA, everything)
    }
    assert own >= set(tile_words.TABLE)


@pytest.mark.parametrize("path", tile_words.TABLE)
def test_each_shown_field_speaks_both_languages(path: str) -> None:
    node = SCHEMA["properties"]["lab"]
    for name in path.split("."):
        node = node["properties"][name]
    for word in ("en", "fr"):
        assert tile_words.TABLE[path]["title"][word] in node["title"]
        assert tile_words.TABLE[path]["help"][word].rstrip(".") in node["description"]


@pytest.mark.parametrize("service", OPTIONAL, ids=lambda s: s.component)
def test_each_switch_speaks_both_languages(service: Any) -> None:
    switch = SCHEMA["properties"]["lab"]["properties"][service.part.key]["properties"]["enabled"]
    assert service.french
    assert switch["description"].endswith(service.french)


def test_disks_are_sliders() -> None:
    disk = SCHEMA["properties"]["lab"]["properties"]["kafka"]["properties"]["storage"]
    assert (disk["render"], disk["sliderUnit"], disk["type"]) == ("slider", "Gi", "string")


@pytest.mark.parametrize("part", [s for s in OPTIONAL if s.page], ids=lambda s: s.component)
def test_a_page_leads_to_the_operators_service(part: Any) -> None:
    form = part.part.key
    values = launched()
    values["lab"][form]["enabled"] = True
    rules = {
        rule["http"]["paths"][0]["backend"]["service"]["name"]: rule
        for rule in only(objects(values), "Ingress")["spec"]["rules"]
    }
    if not part.page.login:
        assert f"{RELEASE}-{part.component}" not in rules, "without a login it is not shown"
        return
    rule = rules[f"{RELEASE}-{part.component}"]
    assert rule["host"] == f"user-alice-{RELEASE}-{part.component}.user.lab.example.org"
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert backend["port"] == {"number": part.port}
    assert lab_of(values)["spec"]["access"]["ingress"]["hosts"][form] == rule["host"]


def test_the_lab_is_told_that_the_ingress_is_not_its_own() -> None:
    ingress = lab_of(launched())["spec"]["access"]["ingress"]
    assert ingress["external"] is True
    assert ingress["domain"] == "user.lab.example.org"


def test_where_onyxia_has_no_ingress_there_is_none() -> None:
    values = launched(ingress=False)
    assert "Ingress" not in {manifest["kind"] for manifest in objects(values)}
    assert "ingress" not in lab_of(values)["spec"]["access"]
    assert "https://" not in notes_of(values)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_where_the_region_has_no_way_in_the_notes_blame_no_domain(language: str) -> None:
    """So it is in one that has Istio alone."""
    notes = notes_of({**launched(ingress=False), "language": language})
    assert "(`ingress.enabled`, `route.enabled`)." in notes
    assert "`ingress.domain`" not in notes
    assert f"port-forward service/{RELEASE}-page 8080:8080" in notes
    assert "service/" not in notes_of({**launched(ingress=False, route=True), "language": language})


def test_a_domain_with_capitals_is_written_small() -> None:
    values = launched(domain="User.Lab.Example.org")
    found = onyxia.urls(objects(values))
    assert found
    assert all(url.endswith(".user.lab.example.org/") for url in found)
    assert lab_of(values)["spec"]["access"]["ingress"]["domain"] == "user.lab.example.org"


@pytest.mark.parametrize("domain", ["lab.example.org:8443", "my_lab.example.org"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_where_a_region_has_no_domain_that_can_be_used_the_notes_say_so(
    language: str, domain: str
) -> None:
    """Onyxia passes over a value that does not fit, and nothing of it is seen."""
    values = {**launched(domain=domain), "language": language}
    assert values["ingress"]["domain"] == ""
    notes = notes_of(values)
    assert "`ingress.domain`" in notes
    assert f"port-forward service/{RELEASE}-page 8080:8080" in notes
    assert "https://" not in notes


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_open_button_leads_to_the_labs_page(language: str) -> None:
    values = launched()
    values["language"] = language
    values["lab"]["jupyter"]["enabled"] = True
    notes = notes_of(values)
    found = onyxia.urls(objects(values))
    assert len(found) == 3
    assert (
        onyxia.open_url(found, notes) == f"https://user-alice-{RELEASE}-page.user.lab.example.org/"
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_copy_button_finds_nothing_that_only_looks_like_a_password(language: str) -> None:
    without = {**launched(), "language": language, "security": {"password": ""}}
    assert onyxia.copied_password(notes_of(without)) is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_copy_button_finds_the_password_that_onyxia_drew(language: str) -> None:
    values = {**launched(), "language": language}
    drawn = onyxia.context()["service"]["oneTimePassword"]
    assert onyxia.copied_password(notes_of(values)) == drawn


def test_the_lab_takes_the_password_from_a_secret_and_its_spec_never_holds_it() -> None:
    values = launched()
    drawn = values["security"]["password"]
    made = objects(values)
    lab = only(made, "StreamingLab")
    secret = only(made, "Secret", f"{RELEASE}-passwords")
    assert admitted(lab).passwords_secret_name == secret["metadata"]["name"]
    assert {base64.b64decode(v).decode() for v in secret["data"].values()} == {drawn}
    drawn_by_the_operator = {key for service in OPTIONAL for key in service.drawn}
    assert "page-password" in secret["data"]
    assert set(secret["data"]) <= drawn_by_the_operator
    assert drawn not in json.dumps([o for o in made if o["kind"] != "Secret"])


def test_without_a_password_the_operator_draws_all_of_them() -> None:
    values = {**launched(), "security": {"password": ""}}
    lab = lab_of(values)
    assert "passwordsSecretName" not in lab["spec"]
    assert "annotations" not in lab["metadata"]
    assert f"{RELEASE}-passwords" not in {o["metadata"]["name"] for o in objects(values)}


@pytest.mark.parametrize("password", ["short", "with space in it", "né-avec-un-accent", "x" * 65])
def test_a_password_that_the_lab_would_not_take_is_refused(password: str) -> None:
    values = {**launched(), "security": {"password": password}}
    done = run_helm("template", "lab", str(CHARTS / TILE), values=values)
    assert done.returncode
    assert "/security/password" in done.stderr or "security.password" in done.stderr


def test_an_upgrade_tells_the_operator_that_the_password_may_be_another() -> None:
    annotations = lab_of(launched())["metadata"]["annotations"]
    assert annotations == {"streaminglab.dev/passwords": "1"}


def test_the_password_that_onyxia_draws_always_fits() -> None:
    """`generateRandomPassword`: twice up to ten of Math.random's digits to the base 36."""
    pattern = SCHEMA["properties"]["security"]["properties"]["password"]["pattern"]
    for drawn in ("a" * 20, "0z" * 4, "k2j4n5one7"):
        assert re.search(pattern, drawn)


def hidden_leaves(
    node: dict[str, Any], path: tuple[str, ...] = (), *, hidden: bool = False
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    hidden = hidden or node.get("x-onyxia", {}).get("hidden", False)
    if "properties" in node:
        for name, child in node["properties"].items():
            yield from hidden_leaves(child, (*path, name), hidden=hidden)
    elif hidden:
        yield path, node


HIDDEN = dict(hidden_leaves(SCHEMA))
OTHER = {
    "storage": "2Gi", "rate": "2/s", "retention": "9d", "httpProxy": "http://proxy.example.org:1",
    "httpsProxy": "http://proxy.example.org:1", "pipIndex": "https://pypi.example.org/simple",
    "pipRepository": "https://pypi.example.org/simple",
    "memory": "3Gi", "cpu": "300m", "cpuLimit": "3", "mavenRepository": "https://maven.example.org",
    "domain": "other.example.org", "caBundle": SCHOOL,
}  # fmt: skip
"""Values that fit, of fields with a pattern; any word or another one does for the others."""


def another(name: str, node: dict[str, Any], now: Any) -> Any:
    if "enum" in node:
        return next(value for value in node["enum"] if value != now)
    kinds: dict[str, Any] = {
        "array": [],
        "object": {"a": "b"},
        "string": OTHER.get(name, "other"),
        "boolean": not now,
    }
    return kinds[node["type"]] if node["type"] in kinds else now + 1


@pytest.mark.parametrize("path", HIDDEN, ids="/".join)
def test_an_administrators_values_yaml_wins_for_every_field_that_is_not_shown(
    path: tuple[str, ...],
) -> None:
    node, changed = HIDDEN[path], copy.deepcopy(DEFAULTS)
    assert "default" not in node, "Onyxia would prefer it"
    at = changed
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = other = another(path[-1], node, at[path[-1]])
    nobody: dict[str, Any] = {word: {} for word in onyxia.context()}
    found = onyxia.launch(SCHEMA, changed, nobody)
    for name in path:
        found = found[name]
    assert found == other


def test_notes_speak_the_students_language() -> None:
    for language, word in (("fr", "Votre lab"), ("en", "Your lab")):
        assert word in notes_of({**launched(), "language": language})


def test_a_language_that_is_not_ours_becomes_english() -> None:
    known = onyxia.context()
    known["user"]["lang"] = "zh-CN"
    assert onyxia.launch(SCHEMA, DEFAULTS, known)["language"] == "en"


def labels_of_pods(values: dict[str, Any]) -> dict[str, str]:
    """Part -> its pods' label by which Onyxia finds those of a release."""
    release = lab_of(values)
    made = manifests(
        lab_text(release["spec"]).replace(PLACEHOLDER.lab, release["metadata"]["name"])
    )
    return {
        pod["metadata"]["labels"]["app.kubernetes.io/component"]: pod["metadata"]["labels"][
            "app.kubernetes.io/instance"
        ]
        for _, pod in pod_templates(made)
    }


def test_only_the_pages_pod_carries_the_releases_label() -> None:
    """Onyxia asks whether the first pod with this label is ready, and shows their logs."""
    found = labels_of_pods(launched())
    assert [part for part, label in found.items() if label == RELEASE] == ["page"]
    assert len(found) > 5


def test_the_pod_that_onyxia_asks_is_ready_while_the_lab_is() -> None:
    """It reads `ready` of the containers (HelmAppsService.java), which is the readiness probe's."""
    lab = lab_of(launched())["spec"]
    (page,) = (
        pod
        for _, pod in pod_templates(manifests(lab_text(lab)))
        if pod["metadata"]["labels"]["app.kubernetes.io/component"] == "page"
    )
    (container,) = page["spec"]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"


def test_the_page_opens_before_the_lab_is_ready() -> None:
    made = manifests(lab_text(lab_of(launched())["spec"]))
    (service,) = (
        o
        for o in made
        if o["kind"] == "Service" and o["metadata"]["name"] == f"{PLACEHOLDER.lab}-page"
    )
    assert service["spec"]["publishNotReadyAddresses"] is True


def test_the_release_itself_has_no_pod() -> None:
    assert not list(pod_templates(objects(launched())))


def test_the_pause_button_of_onyxia_suspends_the_lab() -> None:
    """The button appears where the values that are sent have the key."""
    values = launched()
    assert values["global"] == {"suspend": False}
    assert "suspend" not in lab_of(values)["spec"]
    values["global"]["suspend"] = True
    assert lab_of(values)["spec"]["suspend"] is True
    assert "global" not in onyxia.fields(SCHEMA, values)


def test_the_lab_is_asked_to_say_where_it_is() -> None:
    """The operator makes the Secrets, as soon as what they lead to answers."""
    values = launched()
    assert lab_of(values)["spec"]["access"]["discoverable"] is True
    assert not [o for o in objects(values) if o["metadata"]["name"].startswith("discoverable-")]
    values["discovery"]["enabled"] = False
    assert lab_of(values)["spec"]["access"]["discoverable"] is False


def test_what_is_inside_a_list_is_checked_though_onyxia_does_not_see_it() -> None:
    wrong = {"lab": {"kafka": {"topics": [{"name": "test", "partition": 2}]}}}
    refused = run_helm("template", "x", str(CHARTS / TILE), values=wrong)
    assert "additional properties 'partition' not allowed" in refused.stderr


def test_a_large_number_stays_a_whole_number() -> None:
    values = {"lab": {"inject": {"points": 10_000_000}}}
    assert lab_of(values)["spec"]["inject"]["points"] == 10_000_000


def test_an_empty_value_of_somebodys_own_settings_is_kept() -> None:
    values = {"lab": {"kafka": {"config": {"a.b": "", "enabled": "true"}}}}
    assert lab_of(values)["spec"]["kafka"]["config"] == {"a.b": "", "enabled": "true"}


LONG = "streaminglab-" + "x" * 39


@pytest.mark.parametrize(
    "release", ["a", LONG, f"{'y' * 30}-{'z' * 22}", "1-kafka", "my.lab", "9" * 53]
)
def test_any_release_name_gives_a_good_name_for_a_lab(release: str) -> None:
    lab = lab_of(launched(), release)
    assert admitted(lab).access.ingress is not None
    for rule in only(objects(launched(), release), "Ingress")["spec"]["rules"]:
        assert len(rule["host"].split(".")[0]) <= 63


def test_two_long_releases_that_begin_alike_are_two_labs() -> None:
    names = {lab_of({}, f"{LONG[:-1]}{end}")["metadata"]["name"] for end in "ab"}
    assert len(names) == 2


OFF = {"enabled": False}


def test_the_notes_tell_where_a_password_is_that_exists() -> None:
    for parts, key in (
        ({}, "page-password"),
        ({"page": OFF}, "kafka-ui-password"),
        ({"page": OFF, "kafkaUI": OFF}, "influxdb-password"),
        ({"page": OFF, "kafkaUI": OFF, "weather": False}, ""),
    ):
        notes = notes_of({"lab": parts})
        assert ("jsonpath" in notes) == bool(key)
        assert key in notes


def test_a_lab_without_any_page_needs_no_ingress() -> None:
    values = launched()
    for name in SWITCHES:
        values["lab"][name]["enabled"] = False
    assert "Ingress" not in {manifest["kind"] for manifest in objects(values)}
    assert "https://" not in notes_of(values)


def test_an_administrator_changes_a_hidden_setting_in_values_yaml_alone() -> None:
    changed = {**DEFAULTS, "commonLabels": {"team": "a"}}
    values = onyxia.launch(SCHEMA, changed, onyxia.context())
    assert lab_of(values)["metadata"]["labels"]["team"] == "a"


def test_a_region_with_nodes_of_its_own_has_the_labs_pods_there() -> None:
    region = {
        "tolerations": [
            {"key": "dedicated", "operator": "Equal", "value": "lab", "effect": "NoSchedule"},
            {"key": "gpu", "operator": "Exists"},
        ],
        "nodeSelector": {"node-role.kubernetes.io/lab": ""},
    }
    known = onyxia.context(region=region)
    lab = lab_of(onyxia.launch(SCHEMA, DEFAULTS, known))
    assert {key: lab["spec"]["pods"][key] for key in region} == region
    admitted(lab)


def test_pages_have_a_certificate_where_the_region_has_cert_manager() -> None:
    values = launched(useCertManager=True, certManagerClusterIssuer="letsencrypt")
    ingress = only(objects(values), "Ingress")
    assert ingress["metadata"]["annotations"] == {"cert-manager.io/cluster-issuer": "letsencrypt"}
    assert ingress["spec"]["tls"][0]["secretName"] == f"{RELEASE}-tls"
    values["ingress"]["tlsSecret"] = "own"
    assert only(objects(values), "Ingress")["spec"]["tls"][0]["secretName"] == "own"


def test_without_an_issuer_pages_have_the_controllers_own_certificate() -> None:
    ingress = only(objects(launched(useCertManager=True)), "Ingress")
    assert "annotations" not in ingress["metadata"]
    assert "secretName" not in ingress["spec"]["tls"][0]


def test_the_catalogs_entry_names_this_chart_in_both_languages() -> None:
    (entry,) = yaml.safe_load((CHARTS / TILE / "catalog.yaml").read_text())
    assert entry["highlightedCharts"] == [TILE]
    assert entry["status"] in ("PROD", "TEST")
    for word in ("name", "description"):
        assert set(entry[word]) == {"fr", "en"}
    assert {"id", "location", "type"} <= set(entry)


def test_the_packed_chart_needs_no_other_file(tmp_path: Path) -> None:
    """Onyxia takes charts from a repository of archives with an index.yaml."""
    done = run_helm("package", str(CHARTS / TILE), "-d", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert run_helm("repo", "index", str(tmp_path)).returncode == 0
    index = yaml.safe_load((tmp_path / "index.yaml").read_text())
    [entry] = index["entries"][TILE]
    assert entry["icon"]
    packed = run_helm("template", RELEASE, str(tmp_path / entry["urls"][0]), "-n", "user-alice")
    assert packed.stdout == template(TILE, {}, RELEASE)
