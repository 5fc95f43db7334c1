"""Whatever a region or a user's profile holds: Helm refuses it, or the API server takes it all.

Each field that Onyxia fills in is given values of every sort. What the launcher passes over by its
own check changes nothing, and is not rendered again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.charts import onyxia
from tests.charts.support import CHARTS, TILE, manifests, only, run_helm
from tests.charts.test_tile import DEFAULTS, SCHEMA
from tests.charts.test_tile_injected import S3
from tests.charts.test_tile_objects import faults
from tests.charts.test_tile_refuses import problem

ANYTHING: tuple[Any, ...] = (
    "", " ", "x", "Not A Name", "a_b.é", "-begins", "ends-", "a" * 63, "a" * 300, "a.b" * 60,
    "http://user:word@proxy.example.org:3128", "https://a.example.org/x?y=z", "true", "443",
    "a, b,*.c,,;d", "line\nline", "{{user.idep}}", "$(id)", "password: no",
    0, 1, -1, 65_536, 3.5, True, False, None, [], {}, ["a"], {"a": "b"}, {"A b": "c"}, {"a": 1},
    {f"k{i}": "v" for i in range(20)}, [{"key": "a"}], [{"operator": "Exists", "value": "x"}],
    [{"key": "a", "effect": ""}], [{"key": f"k{i}", "operator": "Exists"} for i in range(8)],
)  # fmt: skip


def filled(node: dict[str, Any]) -> Iterator[str]:
    """The expressions by which Onyxia fills in fields."""
    expression = node.get("x-onyxia", {}).get("overwriteDefaultWith")
    if expression:
        yield expression
    for child in node.get("properties", {}).values():
        yield from filled(child)


FIELDS = sorted(set(filled(SCHEMA)))


def known() -> dict[str, Any]:
    """A region in which all that can be injected is."""
    found = onyxia.context(useCertManager=True, certManagerClusterIssuer="letsencrypt")
    found["s3"] = dict(S3)
    found["proxyInjection"] = {"enabled": True, "httpProxyUrl": "http://proxy.example.org:3128"}
    return found


def launched(context: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = onyxia.launch(SCHEMA, DEFAULTS, context)
    values["lab"]["jupyter"]["enabled"] = values["kubernetes"]["enabled"] = True
    return values


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_onyxia_fills_in_is_refused_or_can_all_be_made(field: str) -> None:
    path = field.strip("{}").split(".")
    seen = [launched(known())]
    for value in ANYTHING:
        context = known()
        at = context
        for name in path[:-1]:
            at[name] = dict(at[name] or {})
            at = at[name]
        at[path[-1]] = value
        values = launched(context)
        if values in seen:
            continue
        seen.append(values)
        done = run_helm("template", "streaminglab-1", str(CHARTS / TILE), "-n", "x", values=values)
        if done.returncode:
            assert "nil pointer" not in done.stderr, value
            continue
        made = manifests(done.stdout)
        assert {o["kind"]: faults(o) for o in made if faults(o)} == {}, value
        lab = only(made, "StreamingLab")
        assert problem(lab["spec"], lab["metadata"]["name"]) == "", value


def test_every_source_of_onyxia_is_gone_through() -> None:
    sources = {field.strip("{}").partition(".")[0] for field in FIELDS}
    assert sources >= {"k8s", "region", "project", "s3", "service", "user", "proxyInjection"}
    assert len(FIELDS) > 20


@pytest.mark.parametrize("ingress", [True, False])
@pytest.mark.parametrize("route", [True, False])
@pytest.mark.parametrize("issuer", ["", "letsencrypt"])
@pytest.mark.parametrize("domain", ["lab.example.org", ""])
def test_a_way_in_is_made_once_where_the_region_has_one(
    *, ingress: bool, route: bool, issuer: str, domain: str
) -> None:
    context = onyxia.context(
        ingress=ingress,
        route=route,
        domain=domain,
        useCertManager=bool(issuer),
        certManagerClusterIssuer=issuer,
    )
    done = run_helm("template", "a", str(CHARTS / TILE), values=launched(context))
    assert done.returncode == 0, done.stderr
    made = manifests(done.stdout)
    kinds = {o["kind"] for o in made}
    wanted = {"Route"} if route else {"Ingress"} if ingress else set()
    assert kinds & {"Route", "Ingress"} == (wanted if domain else set())
    lab = only(made, "StreamingLab")["spec"]
    assert ("ingress" in lab["access"]) is bool(wanted and domain)
    found = onyxia.urls(made, ingress=ingress, route=route)
    hosts = lab["access"].get("ingress", {}).get("hosts", {}).values()
    assert {url.removeprefix("https://").removesuffix("/") for url in found} == set(hosts)
