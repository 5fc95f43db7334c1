"""Kafka Connect's plugins and connectors: what is refused, what is admitted, and any of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from streaminglab_operator.schema import units
from streaminglab_operator.services.plain_passwords import CONFIDENTIAL_KEY
from tests.drawing import Part, some, text_of


def plugin(**keys: Any) -> Part:
    """A spec with one plugin of Connect."""
    return {"connect": {"plugins": [{"name": "one", **keys}]}}


def connector(config: dict[str, str], **keys: Any) -> Part:
    """A spec with one connector."""
    one = {"name": "one", "class": "org.example.Sink", "config": config, **keys}
    return {"connect": {"connectors": [one]}}


SHA512 = "0" * 128
URL = "http://files.example.org/plugin.zip"
LOGIN_IN_URL = "mongodb://student:in-the-clear@mongodb:27017/defaultdb"
ASSIGNED = "jdbc:postgresql://db/x?user=student&password=in-the-clear"
PLUGIN = "spec.connect.plugins[0]"
CONFIG = "spec.connect.connectors[0].config"

BAD: tuple[tuple[str, str, Part, Part | None], ...] = (
    ("plugin-one-source", PLUGIN, plugin(), None),
    ("plugin-one-source", PLUGIN, plugin(bundled="mongodb", image="a/b:1"), None),
    ("plugin-url-checksum", PLUGIN, plugin(url=URL), None),
    ("connector-option-plain", CONFIG, connector({"two words": "1"}), None),
    ("connector-option-not-owned", CONFIG, connector({"tasks.max": "2"}), None),
    (
        "connector-override-allowed",
        "spec.connect.connectors",
        connector({"consumer.override.auto.offset.reset": "latest"}),
        None,
    ),
    (
        "connector-converter-named",
        CONFIG,
        connector({"value.converter.schemas.enable": "true"}),
        None,
    ),
    *(
        ("connector-step-named", CONFIG, connector({option: "a.B"}), None)
        for option in (
            "transforms.row.type",
            "predicates.odd.type",
            "topic.creation.few.partitions",
        )
    ),
    (
        "connector-secret-by-reference",
        CONFIG,
        connector({"connection.password": "in-the-clear"}),
        None,
    ),
    ("connector-no-login-in-url", CONFIG, connector({"connection.uri": LOGIN_IN_URL}), None),
    ("connector-no-password-assigned", CONFIG, connector({"connection.url": ASSIGNED}), None),
    (
        "worker-config-not-owned",
        "spec.connect.config",
        {"connect": {"config": {"group.id": "other"}}},
        None,
    ),
    ("connect-secret-not-lab", "spec.connect.secrets[0]", {"connect": {"secrets": ["lab"]}}, None),
    ("plugin-name-format", f"{PLUGIN}.name", plugin(name="A_b", image="a:1"), None),
    ("plugin-name-format", "spec.connect.connectors[0].name", connector({}, name="a/b"), None),
    ("plugin-maven-format", f"{PLUGIN}.maven", plugin(maven="group:artifact"), None),
    (
        "url-format",
        f"{PLUGIN}.url",
        plugin(url="ftp://files.example.org/a.zip", sha512=SHA512),
        None,
    ),
    ("plugin-sha512-format", f"{PLUGIN}.sha512", plugin(url=URL, sha512="abc"), None),
    ("plugin-image-format", f"{PLUGIN}.image", plugin(image="a b"), None),
    (
        "connector-class-format",
        "spec.connect.connectors[0].class",
        connector({}, **{"class": "org/example/Sink"}),
        None,
    ),
    ("secret-name-format", "spec.connect.secrets[0]", {"connect": {"secrets": ["A"]}}, None),
)

BAD_FOR_OPERATOR: tuple[tuple[str, str, Part], ...] = (
    (
        "connector-no-password",
        CONFIG,
        connector({"headers": "Authorization: Bearer in-the-clear"}),
    ),
    *(
        ("connector-value-line", f"{CONFIG}.topics", connector({"topics": value}))
        for value in ("weather\n", "weather\r\n", "a, b\n\n", "\ufeffweather", "\ufeff{}")
    ),
    *(
        ("connector-step-listed", f"{CONFIG}.{option}", connector({option: "a.B", names: listed}))
        for option, names, listed in (
            ("transforms.row.type", "transforms", "rows, name"),
            ("transforms.row.type", "transforms", ""),
            ("predicates.odd.type", "predicates", "even"),
            ("topic.creation.few.partitions", "topic.creation.groups", "many"),
        )
    ),
)
"""What the API server lets in: its CEL would cost too much, so the operator alone refuses it."""

GOOD_CHANGES: tuple[tuple[str, Part, Part], ...] = (
    (
        "a connector with a password by reference",
        connector({"connection.password": "${secret:lab:postgresql-password}"}),
        {"connect": {}},
    ),
    (
        "an option of a connector's own Kafka client, where the lab allows it",
        {
            "connect": {
                "overridePolicy": "All",
                **connector({"consumer.override.auto.offset.reset": "latest"})["connect"],
            }
        },
        {"connect": {}},
    ),
    (
        "a converter with its option",
        connector({"value.converter": "a.B", "value.converter.schemas.enable": "true"}),
        {"connect": {}},
    ),
    (
        "transforms, predicates and groups of topics that are listed",
        connector(
            {
                "transforms": "row, name",
                "transforms.row.type": "a.B",
                "transforms.name.type": "a.C",
                "predicates": "odd",
                "predicates.odd.type": "a.D",
                "topic.creation.groups": "few",
                "topic.creation.few.partitions": "1",
                "topic.creation.default.partitions": "2",
            }
        ),
        {"connect": {}},
    ),
    *(
        (f"a value that may end so: {value!r}", connector({"a": value}), {"connect": {}})
        for value in ("\n", "[{}]\n", '{"a": 1}\n', "<a/>\n", "SELECT 1\nFROM a\n", "a\nb")
    ),
    ("a plugin by its checksum", plugin(url=URL, sha512=SHA512), {}),
)

NAMES = text_of(units.DNS_SUBDOMAIN, 20)
OPTIONS = text_of(units.OPTION_KEY, 30).filter(
    lambda key: (
        not units.fits(CONFIDENTIAL_KEY, key)
        and key not in {"name", "connector.class", "tasks.max"}
    )
)
VALUES = st.text("abc 019.,/-", max_size=30)
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


DRAWN = some(
    replicas=st.integers(1, 3),
    plugins=_named(plugins()),
    connectors=_named(CONNECTORS),
    secrets=st.lists(NAMES, max_size=2, unique=True),
    schemasInJson=st.booleans(),
    overridePolicy=st.sampled_from(["None", "Principal", "All"]),
    externalEgress=st.booleans(),
    mavenRepository=text_of(units.URL, 60),
    storage=text_of(units.STORAGE),
    storageClassName=NAMES,
    resources=some(cpu=text_of(units.CPU), memory=text_of(units.MEMORY)),
)
"""Its rules look into lists and maps, and one source excludes the others."""
