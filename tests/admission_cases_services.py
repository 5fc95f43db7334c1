"""The cases of `tests.admission_cases` about the optional services, and about the ways in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streaminglab_operator.services import OPTIONAL, Service
from tests.authorities import SCHOOL
from tests.services import Part, collected

Bad = tuple[str, str, Part, Part | None]

"""Values that are not the default of any field; of all other fields a plain word."""


def smallest(service: Service[Any]) -> Part:
    """The least spec with this service."""
    needed: Part = {r.key: True if r.key == "weather" else {} for r in service.requires}
    return {**needed, service.part.key: {}}


def _nodes(*expressions: dict[str, Any], rather: bool = False) -> Part:
    """Nodes with such labels, which pods must have or would rather."""
    term = {"matchExpressions": list(expressions)}
    said: dict[str, Any] = (
        {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": term}]}
        if rather
        else {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    )
    return {"pods": {"affinity": {"nodeAffinity": said}}}


def _of_nodes() -> Iterator[Bad]:
    for rather in (False, True):
        for rule, operator, values in (
            ("node-label-values", "In", []),
            ("node-label-values", "NotIn", []),
            ("node-label-number", "Gt", []),
            ("node-label-number", "Lt", ["4", "5"]),
            ("node-label-number", "Gt", ["four"]),
            ("node-label-no-values", "Exists", ["x"]),
            ("node-label-no-values", "DoesNotExist", ["x"]),
            ("label-value-format", "In", ["a b"]),
        ):
            fine = {"key": "disk", "operator": "Exists"}
            wrong = {"key": "disk", "operator": operator, "values": values}
            spec = _nodes(fine, wrong, rather=rather)
            where = "preferredDuring" if rather else "requiredDuring"
            yield rule, f"spec.pods.affinity.nodeAffinity.{where}", spec, None


def _fixed() -> Iterator[Bad]:
    for service in OPTIONAL:
        part, old = service.part.key, smallest(service)
        for name in service.fixed:
            new = {**old, part: {name: "other"}}
            yield f"{part}-{name.lower()}-fixed", f"spec.{part}.{name}", new, old


def _required() -> Iterator[Bad]:
    for service in OPTIONAL:
        part = service.part.key
        for other in service.requires:
            spec = {key: value for key, value in smallest(service).items() if key != other.key}
            without: Part = {"weather": False} if other.key == "weather" else {}
            yield f"{part}-needs-{other.key}", f"spec.{part}", {**spec, **without}, None


# rule, part of the field's path, new spec, spec in force before (None: a new lab)
BAD_SERVICES: tuple[Bad, ...] = (
    (
        "outside-address-per-broker",
        "spec.access",
        {"access": {"kafka": {"nodePort": {"host": "a.org", "ports": [30092, 30093]}}}},
        None,
    ),
    (
        "outside-host-per-broker",
        "spec.access",
        {"kafka": {"brokers": 3}, "access": {"kafka": {"loadBalancer": {"hosts": ["a.org"]}}}},
        None,
    ),
    (
        "work-group-format",
        "spec.access.ingress.workGroup",
        {"access": {"ingress": {"domain": "a.org", "workGroup": "Group_1"}}},
        None,
    ),
    (
        "annotation-plain",
        "spec.access.ingress.annotations",
        {"access": {"ingress": {"domain": "a.org", "annotations": {"a": "x\x85y"}}}},
        None,
    ),
    *(
        ("proxy-format", f"spec.egress.{key}", {"egress": {key: value}}, None)
        for key in ("httpProxy", "httpsProxy")
        for value in ("https://a:1", "http://user:word@a:1", "http://a:1/path", "a:1")
    ),
    ("profile-format", "spec.profile", {"profile": "Huge"}, None),
    ("no-proxy-format", "spec.egress.noProxy[1]", {"egress": {"noProxy": ["a", "*.b"]}}, None),
    ("url-format", "spec.egress.pipIndex", {"egress": {"pipIndex": "pypi.example.org"}}, None),
    *(
        ("ca-bundle-format", "spec.egress.caBundle", {"egress": {"caBundle": text}}, None)
        for text in ("MIIB", f"# of the school\n{SCHOOL}", SCHOOL.replace("CERTIF", "PRIV"))
    ),
    (
        "pod-label-plain",
        "spec.pods.labels",
        {"pods": {"labels": {"cost": "class a"}}},
        None,
    ),
    (
        "pod-label-plain",
        "spec.pods.nodeSelector",
        {"pods": {"nodeSelector": {"example.org/": "x"}}},
        None,
    ),
    *(
        ("pod-label-not-owned", "spec.pods.labels", {"pods": {"labels": {key: "x"}}}, None)
        for key in (
            "app.kubernetes.io/component",
            "kubernetes.io/x",
            "streaminglab.dev/lab",
            "helm.sh/chart",
            "pod-template-hash",
        )
    ),
    *(
        ("pod-annotation-plain", "spec.pods.annotations", {"pods": {"annotations": found}}, None)
        for found in (
            {"streaminglab.dev/credentials": "x"},
            {"checksum/config": "x"},
            {"a b": "x"},
            {"a": "x\x85y"},
        )
    ),
    (
        "toleration-key",
        "spec.pods.tolerations[0].key",
        {"pods": {"tolerations": [{"value": "teaching"}]}},
        None,
    ),
    (
        "toleration-value",
        "spec.pods.tolerations[1].value",
        {"pods": {"tolerations": [{"key": "a"}, {"operator": "Exists", "value": "x"}]}},
        None,
    ),
    (
        "toleration-seconds",
        "spec.pods.tolerations[0].tolerationSeconds",
        {"pods": {"tolerations": [{"key": "a", "tolerationSeconds": 5}]}},
        None,
    ),
    (
        "label-key-format",
        "spec.pods.tolerations[0].key",
        {"pods": {"tolerations": [{"key": "a/b/c"}]}},
        None,
    ),
    (
        "label-value-format",
        "spec.pods.tolerations[0].value",
        {"pods": {"tolerations": [{"key": "a", "value": "-"}]}},
        None,
    ),
    (
        "object-name-format",
        "spec.access.ingress.className",
        {"access": {"ingress": {"domain": "a.org", "className": "two words"}}},
        None,
    ),
    (
        "object-name-format",
        "spec.access.gateway.name",
        {"access": {"ingress": {"domain": "a.org"}, "gateway": {"name": "a/b"}}},
        None,
    ),
    ("gateway-needs-domain", "spec.access.gateway", {"access": {"gateway": {"name": "g"}}}, None),
    (
        "external-without-gateway",
        "spec.access.gateway",
        {"access": {"gateway": {"name": "g"}, "ingress": {"domain": "a.org", "external": True}}},
        None,
    ),
    ("weather-stays", "spec.weather", {"weather": False}, {}),
    *(
        (rule, "spec.access.ingress.domain", {"access": {"ingress": {"domain": domain}}}, None)
        for rule, domain in (
            ("host-small-letters", "Example.org"),
            ("host-plain-letters", "école.example.org"),
            ("host-plain-letters", "my_lab.example.org"),
            ("host-alone", "https://example.org"),
            ("host-alone", "example.org:8443"),
            ("host-alone", "example.org."),
            ("host-short-labels", "x" * 64 + ".org"),
            ("host-format", "192.168.1.128"),
            ("host-format", "2001:db8::1"),
            ("host-format", "-a.org"),
        )
    ),
    *(
        (
            rule,
            "spec.access.kafka.nodePort.host",
            {"access": {"kafka": {"nodePort": {"host": host, "ports": [30092]}}}},
            None,
        )
        for rule, host in (
            ("host-small-letters", "Node-1.example.org"),
            ("host-small-letters", "2001:DB8::1"),
            ("host-alone", "192.168.1.128:30092"),
            ("host-alone", "[2001:db8::1]:30092"),
            ("host-alone", "fe80::1%eth0"),
            ("address-format", "192.168.1.300"),
            ("address-format", "2001:db8::1::2"),
            ("address-format", "0.1.2.3"),
        )
    ),
    *collected("BAD"),
    *_of_nodes(),
    *_required(),
    *_fixed(),
)

GOOD_SERVICE_CHANGES: tuple[tuple[str, Part, Part], ...] = (
    *((f"the service {s.component} added", smallest(s), {}) for s in OPTIONAL),
    *((f"the service {s.component} taken out", {}, smallest(s)) for s in OPTIONAL),
    ("the weather added", {}, {"weather": False}),
    ("nodes with a label, whatever it is", _nodes({"key": "disk", "operator": "Exists"}), {}),
    *collected("GOOD_CHANGES"),
)
