"""The optional parts of a spec, drawn by chance: the services, and the ways in."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from streaminglab_operator.schema import units
from streaminglab_operator.services import mongodb, postgresql
from streaminglab_operator.services.connect_rules import CONFIDENTIAL_KEY, CREDENTIALS_IN_URL

Part = dict[str, Any]


def text_of(pattern: str, size: int = 200) -> st.SearchStrategy[str]:
    """Texts of one format of `api.units`, of a length that the field admits."""
    return st.from_regex(pattern, fullmatch=True).filter(lambda text: len(text) <= size)


def some(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Part]:
    """An object any of whose fields may be left out."""
    return st.fixed_dictionaries({}, optional=optional)


RESOURCES = some(cpu=text_of(units.CPU), memory=text_of(units.MEMORY))
NAMES = text_of(units.DNS_SUBDOMAIN, 20)
STORED = {
    "storage": text_of(units.STORAGE),
    "storageClassName": NAMES,
    "resources": RESOURCES,
}
SQL_NAMES = text_of(units.SQL_NAME, 30).filter(
    lambda name: name not in postgresql.RESERVED and not name.startswith("pg_")
)
USERS = text_of(units.USER_NAME, 32)
TOPICS = text_of(units.TOPIC, 40).filter(lambda n: n not in {".", ".."})
HOSTS = text_of(units.HOST, 60)
OPTIONS = text_of(units.OPTION_KEY, 30).filter(
    lambda key: (
        not units.fits(CONFIDENTIAL_KEY, key)
        and key not in {"name", "connector.class", "tasks.max"}
    )
)
VALUES = st.text(max_size=30).filter(lambda text: not units.fits(CREDENTIALS_IN_URL, text))
SOURCES: tuple[st.SearchStrategy[Part], ...] = (
    st.fixed_dictionaries({"bundled": st.sampled_from(["csv", "mongodb", "debezium-jdbc"])}),
    st.fixed_dictionaries({"maven": text_of(units.MAVEN, 60)}),
    st.fixed_dictionaries({"url": text_of(units.URL, 60), "sha512": st.just("0" * 128)}),
    st.fixed_dictionaries({"image": text_of(units.IMAGE, 40)}),
)
PLUGIN_NAMES = text_of(units.PLUGIN_NAME, 20)


@st.composite
def plugins(draw: st.DrawFn) -> Part:
    """One plugin, from one place."""
    return {"name": draw(PLUGIN_NAMES), **draw(st.one_of(*SOURCES))}


CONNECTORS = st.fixed_dictionaries(
    {"name": PLUGIN_NAMES, "class": text_of(units.JAVA_CLASS, 40)},
    optional={
        "tasksMax": st.integers(1, 32),
        "state": st.sampled_from(["running", "paused", "stopped"]),
        "config": st.dictionaries(OPTIONS, VALUES, max_size=3),
    },
)


def _named(items: st.SearchStrategy[Part]) -> st.SearchStrategy[list[Part]]:
    return st.lists(items, max_size=3, unique_by=lambda item: item["name"])


CONNECT = some(
    replicas=st.integers(1, 3),
    plugins=_named(plugins()),
    connectors=_named(CONNECTORS),
    secrets=st.lists(NAMES, max_size=2, unique=True),
    schemasInJson=st.booleans(),
    externalEgress=st.booleans(),
    mavenRepository=text_of(units.URL, 60),
    **STORED,
)
INGRESS = st.fixed_dictionaries(
    {"domain": HOSTS},
    optional={
        "className": NAMES,
        "tls": st.booleans(),
        "tlsSecretName": NAMES,
        "hosts": some(kafkaUI=HOSTS.map(lambda h: f"a.{h}"), jupyter=HOSTS.map(lambda h: f"b.{h}")),
    },
)
ACCESS = some(
    namespacePods=st.booleans(),
    ingress=INGRESS,
    kafka=some(
        localhost=some(port=st.integers(10_000, 65_533)),
    ),
)
SERVICES: dict[str, st.SearchStrategy[Part]] = {
    "connect": CONNECT,
    "kafkaUI": some(
        username=USERS, readOnly=st.booleans(), dynamicConfig=st.booleans(), resources=RESOURCES
    ),
    "schemaRegistry": some(storage=st.sampled_from(["kafka", "memory"]), resources=RESOURCES),
    "ksqldb": some(resources=RESOURCES),
    "postgresql": some(
        database=SQL_NAMES,
        username=SQL_NAMES.filter(lambda name: len(name) <= 32),
        initConfigMapName=NAMES,
        **STORED,
    ),
    "mongodb": some(
        database=text_of(units.SQL_NAME, 30).filter(lambda name: name not in mongodb.RESERVED),
        username=USERS,
        **STORED,
    ),
    "sftp": some(
        username=USERS,
        authorizedKeys=st.lists(text_of(units.PUBLIC_KEY), max_size=2, unique=True),
        **STORED,
    ),
    "jupyter": some(**STORED),
    "toolbox": some(resources=RESOURCES),
    "access": ACCESS,
}


@st.composite
def service_parts(draw: st.DrawFn) -> Part:
    """The optional part of a spec: some services, some ways in, with or without the weather."""
    found: Part = draw(st.fixed_dictionaries({}, optional=SERVICES))
    found["weather"] = draw(st.booleans())
    if found["weather"] and draw(st.booleans()):
        found["grafana"] = draw(some(resources=RESOURCES))
    if "postgresql" in found and draw(st.booleans()):
        found["dbt"] = draw(some(projectConfigMapName=NAMES, resources=RESOURCES))
    return found
