"""ksqlDB: functions that come from several places, from none, or without a checksum."""

from __future__ import annotations

from hypothesis import strategies as st

from streaminglab_operator.schema import units
from tests.drawing import Part, some, text_of


def functions(**keys: object) -> Part:
    """A spec with functions from one place."""
    return {"ksqldb": {"functions": [{"name": "own", **keys}]}}


ITEM = "spec.ksqldb.functions[0]"
JAR: Part = {"url": "https://files.example.org/udf.jar", "sha512": "0" * 128}
MAVEN = "org.example:udf:1.0"

BAD = (
    ("functions-one-source", ITEM, functions(), None),
    ("functions-one-source", ITEM, functions(maven=MAVEN, configMapName="a"), None),
    ("functions-one-source", ITEM, functions(configMapName="a", **JAR), None),
    ("functions-url-checksum", ITEM, functions(url=JAR["url"]), None),
    ("plugin-name-format", f"{ITEM}.name", functions(name="../up", configMapName="a"), None),
    ("plugin-maven-format", f"{ITEM}.maven", functions(maven="group:artifact"), None),
    ("plugin-sha512-format", f"{ITEM}.sha512", functions(url=JAR["url"], sha512="A" * 128), None),
    (
        "url-format",
        f"{ITEM}.url",
        functions(url="ftp://a.example.org/b.jar", sha512="0" * 128),
        None,
    ),
    ("secret-name-format", f"{ITEM}.configMapName", functions(configMapName="A"), None),
)

GOOD_CHANGES: tuple[tuple[str, Part, Part], ...] = (
    ("functions from a ConfigMap", functions(configMapName="udf"), {"ksqldb": {}}),
    ("functions by address", functions(**JAR), functions(configMapName="udf")),
    ("functions by coordinates", functions(maven=MAVEN), functions(**JAR)),
)

REFUSED = (
    ("ksqldb", {"functions": [{"name": "own"}]}, "functions/0"),
    ("ksqldb", {"functions": [{"name": "own", "url": JAR["url"]}]}, "functions/0"),
    ("ksqldb", {"functions": [{"name": "../up", "configMap": "a"}]}, "name"),
)

NAMES = text_of(units.PLUGIN_NAME, 20)
GIVEN = st.one_of(
    st.fixed_dictionaries({"name": NAMES, "configMapName": NAMES}),
    st.fixed_dictionaries({"name": NAMES, "maven": text_of(units.MAVEN, 60)}),
    st.fixed_dictionaries(
        {"name": NAMES, "url": text_of(units.URL, 60), "sha512": st.just("0" * 128)}
    ),
)
DRAWN = some(
    functions=st.lists(GIVEN, max_size=3, unique_by=lambda one: one["name"]),
    externalEgress=st.booleans(),
    mavenRepository=text_of(units.URL, 60),
    resources=some(cpu=text_of(units.CPU), memory=text_of(units.MEMORY)),
)
"""A list whose items come from one place each."""
