"""Whatever somebody writes into the tile beside the lab's spec, no object is refused half way.

Helm makes the objects one after the other, the lab last. One that the API server refuses leaves
those before it, which no card leads to. So either Helm refuses the values, or each can be made.
"""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from streaminglab_operator.schema import units
from tests.charts.support import CHARTS, TILE, Manifest, manifests, run_helm
from tests.charts.test_tile import SCHEMA, launched

CONFIG_KEY = re.compile(r"(?!\.\.?$)(?!\.\.)[-._a-zA-Z0-9]{1,253}")
WORDS = ("Not A Name", "-begins", "a" * 300, "a_b.é", "A.Example.org")


def leaves(node: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """What is a text, or a map, outside the lab's spec: that is tried with each edit of the CRD."""
    for name, child in node["properties"].items():
        if path or name not in ("lab", "global", "common", "onyxia"):
            if "properties" in child:
                yield from leaves(child, (*path, name))
            elif child["type"] in ("string", "object") and "enum" not in child:
                yield (*path, name)


TEXTS = list(leaves(SCHEMA))


def written(path: tuple[str, ...], word: str) -> dict[str, Any]:
    """The values of the launcher with all that can be made, and this word in one place."""
    values = launched(useCertManager=True, certManagerClusterIssuer="letsencrypt")
    values["lab"]["jupyter"]["enabled"] = values["kubernetes"]["enabled"] = True
    values["s3"] |= {"accessKeyId": "a", "secretAccessKey": "b", "endpoint": "minio"}
    values["proxy"]["enabled"] = True
    at: Any = values
    for name in path[:-1]:
        at = at[name]
    inner: Any = {"table.sql": "select 1"} if path == ("configMaps",) else "x"
    at[path[-1]] = {word: inner} if isinstance(at[path[-1]], dict) else word
    return values


def faults(found: Manifest) -> list[str]:
    """What the API server would refuse of an object's names, keys and hosts."""
    metadata, spec = found["metadata"], found.get("spec", {})
    names = [metadata["name"], spec.get("ingressClassName"), *hosts(found)]
    names += [entry.get("secretName") for entry in spec.get("tls", ()) if isinstance(entry, dict)]
    wrong = [n for n in names if n and (len(n) > 253 or not fits(units.DNS_SUBDOMAIN, n))]
    wrong += [
        n for n in hosts(found) if any(not label or len(label) > 63 for label in n.split("."))
    ]
    for key, value in metadata.get("labels", {}).items():
        wrong += [] if fits(units.LABEL_KEY, key) and fits(units.LABEL_VALUE, value) else [key]
    notes = metadata.get("annotations", {})
    wrong += [key for key in notes if not fits(units.LABEL_KEY, key.lower())]
    if found["kind"] in ("ConfigMap", "Secret"):
        wrong += [key for key in found.get("data", {}) if not CONFIG_KEY.fullmatch(key)]
    return wrong


def fits(pattern: str, text: str) -> bool:
    return units.fits(pattern, text)


def hosts(found: Manifest) -> list[str]:
    spec = found.get("spec", {})
    rules = spec.get("rules", ()) if found["kind"] == "Ingress" else ()
    return [rule["host"] for rule in rules] + ([spec["host"]] if found["kind"] == "Route" else [])


@pytest.mark.parametrize("path", TEXTS, ids="/".join)
def test_helm_refuses_it_or_each_object_can_be_made(path: tuple[str, ...]) -> None:
    for word in WORDS:
        done = run_helm(
            "template", "lab", str(CHARTS / TILE), "-n", "x", values=written(path, word)
        )
        if done.returncode == 0:
            wrong = {o["kind"]: faults(o) for o in manifests(done.stdout) if faults(o)}
            assert wrong == {}, word


@pytest.mark.parametrize("key", ["", "..", "..x", "a/b", "x" * 254, "a b"])
def test_a_file_of_a_config_map_has_a_name_that_kubernetes_takes(key: str) -> None:
    values = {**launched(), "configMaps": {"tables": {key: "x"}}}
    done = run_helm("template", "lab", str(CHARTS / TILE), values=values)
    assert f"at '/configMaps/tables': additional properties '{key}'" in done.stderr


@pytest.mark.parametrize("key", [".hidden", "a", "tables.sql", "..".join("ab")])
def test_the_check_of_files_lets_in_what_kubernetes_takes(key: str) -> None:
    values = {**launched(), "configMaps": {"tables": {key: "x"}}}
    done = run_helm("template", "lab", str(CHARTS / TILE), values=values)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("part", "field", "most"), [("jupyter", "envSecrets", 8), ("connect", "secrets", 16)]
)
def test_the_storages_secret_does_not_make_a_list_too_long(
    part: str, field: str, most: int
) -> None:
    """The tile adds it to what the form was checked for."""
    values = launched()
    values["s3"] |= {"accessKeyId": "a", "secretAccessKey": "b"}
    values["lab"][part] |= {"enabled": True, field: [f"s{i}" for i in range(most)]}
    done = run_helm("template", "lab", str(CHARTS / TILE), values=values)
    assert f"lab.{part}.{field}: a lab takes {most} of them" in done.stderr
    without = copy.deepcopy(values)
    without["s3"]["enabled"] = False
    assert run_helm("template", "lab", str(CHARTS / TILE), values=without).returncode == 0


def test_the_check_itself_sees_what_is_wrong() -> None:
    good: Manifest = {"kind": "Ingress", "metadata": {"name": "a", "labels": {"a": "b"}}}
    assert faults(good) == []
    assert faults({**good, "metadata": {"name": "A"}})
    assert faults({**good, "metadata": {"name": "a", "labels": {"a": "b c"}}})
    assert faults({**good, "spec": {"rules": [{"host": "-a.org"}]}})
    assert faults({**good, "spec": {"ingressClassName": "A b"}})
