"""docs/admin.md says what the operator may do: its table has the rules of the chart, no other."""

import re
from collections import defaultdict

from tests.charts.support import render
from tools.pages.blocks import text_of

Rights = dict[str, set[str]]
ROLES = ("Role", "ClusterRole")
OWN = {
    "streaminglab-operator": "leases",
    "streaminglab-master-key": "secrets",
    "labImagePullSecrets": "secrets",
}
"""An object that a row names, and its kind."""


SWITCH = re.compile(r"\([^)]*\)|,? (?:and|with) `[a-z]+[A-Z]\w*`")
EVERYTHING = {"gatewayRoutes": True, "copyPullSecrets": True, "labImagePullSecrets": ["mirror"]}
"""With all that a row says `with` of."""


def documented(heading: str) -> Rights:
    """Resource to verbs, from the table behind a line of the page."""
    part = text_of("docs/admin.md").partition(f"\n{heading}\n")[2]
    table = part.strip().partition("\n\n")[0].splitlines()[2:]
    found: Rights = defaultdict(set)
    kinds: list[str] = []
    for on, verbs, _ in (line.strip("| ").split(" | ", 2) for line in table):
        if on != "the same":
            kinds = re.findall(r"`([\w/-]+)`", SWITCH.sub("", on))
        for kind in kinds:
            found[OWN.get(kind, kind)] |= set(verbs.split(", "))
    return dict(found)


def granted(*, own: bool) -> Rights:
    """Resource to verbs, of the role in the operator's own namespace, or of the one for labs."""
    found: Rights = defaultdict(set)
    roles = [o for o in render("streaminglab-operator", EVERYTHING) if o["kind"] in ROLES]
    of_labs = [o for o in roles if "statefulsets" in str(o["rules"])]
    people = [o for o in roles if "aggregate-to" in str(o["metadata"].get("labels", ""))]
    mine = [o for o in roles if o["kind"] == "Role"] if own else of_labs
    for rule in (rule for role in mine if role not in people for rule in role["rules"]):
        for resource in rule["resources"]:
            found[resource] |= set(rule["verbs"])
    return dict(found)


def test_the_rights_on_labs_in_the_page_are_those_of_the_chart() -> None:
    heading = "In all namespaces, or in those of `watchNamespaces`:"
    assert documented(heading) == granted(own=False)


def test_the_rights_in_its_own_namespace_in_the_page_are_those_of_the_chart() -> None:
    assert documented("In its own namespace:") == granted(own=True)
