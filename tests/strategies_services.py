"""The optional parts of a spec, drawn by chance: the services, and the ways in."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from streaminglab_operator.api import parse_spec
from streaminglab_operator.schema import units
from streaminglab_operator.schema.rules import Case
from streaminglab_operator.services import OPTIONAL, Service
from tests.drawing import Part, part_of, some, text_of
from tests.services import MODULES

HOSTS = text_of(units.HOST, 60)
PAGES = [s.part.key for s in OPTIONAL if s.page]


def _host_below(label: str) -> st.SearchStrategy[str]:
    return HOSTS.map(lambda host: f"{label}.{host}")


INGRESS: st.SearchStrategy[Part] = st.fixed_dictionaries(
    {"domain": HOSTS},
    optional={
        "className": text_of(units.DNS_SUBDOMAIN, 20),
        "tls": st.booleans(),
        "tlsSecretName": text_of(units.DNS_SUBDOMAIN, 20),
        "workGroup": text_of(units.PLUGIN_NAME, 12),
        "open": st.lists(
            st.sampled_from(["connect", "influxdb", "ksqldb", "schemaRegistry"]), unique=True
        ),
        # Each below a label of its own: no two pages share a host.
        "hosts": some(**{page: _host_below(page.lower()) for page in PAGES}),
    },
)
NODE_PORTS = st.integers(30_000, 32_767)
ACCESS = some(
    namespacePods=st.booleans(),
    ingress=INGRESS,
    kafka=some(
        localhost=some(port=st.integers(10_000, 65_533)),
    ),
    outside=some(
        sftp=some(nodePort=st.fixed_dictionaries({"host": HOSTS, "port": NODE_PORTS})),
        ksqldb=some(loadBalancer=st.fixed_dictionaries({"host": HOSTS})),
    ),
)


def part_of_service(service: Service[Any]) -> st.SearchStrategy[Part]:
    """Parts that the service's own rules admit, by its tests' strategy or by its model."""
    module = MODULES.get(service.part.field)
    drawn: st.SearchStrategy[Part] | None = getattr(module, "DRAWN", None)
    if drawn is None:
        drawn = part_of(service.part.model)
    key = service.part.key

    def fine(part: Part) -> bool:
        case = Case(parse_spec({key: part}))
        return not any(path for rule in service.rules for path in rule.check(case))

    return drawn.filter(fine)


PARTS: dict[str, st.SearchStrategy[Part]] = {
    service.part.key: part_of_service(service) for service in OPTIONAL
}


@st.composite
def service_parts(draw: st.DrawFn) -> Part:
    """The optional part of a spec: some services, some ways in, with or without the weather.

    A service that needs another part of the spec is drawn where that is there.
    """
    alone = {s.part.key: PARTS[s.part.key] for s in OPTIONAL if not s.requires}
    found: Part = draw(st.fixed_dictionaries({}, optional={**alone, "access": ACCESS}))
    found["weather"] = draw(st.booleans())
    for service in (s for s in OPTIONAL if s.requires):
        met = all(found.get(other.key) not in (None, False) for other in service.requires)
        if met and draw(st.booleans()):
            found[service.part.key] = draw(PARTS[service.part.key])
    return found
