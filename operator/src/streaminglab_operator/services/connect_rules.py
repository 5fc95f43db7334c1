"""Rules on plugins, connectors and workers: where they come from, where a password may stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from streaminglab_operator.schema import units
from streaminglab_operator.schema.forms import begins_but_not, keys_not, map_form
from streaminglab_operator.schema.rules import Case, Rule, failing, matches, quoted
from streaminglab_operator.services import plain_passwords
from streaminglab_operator.services.connect_spec import OWN_CREDENTIAL
from streaminglab_operator.services.fetched import one_source, url_checksum

SOURCES = ("bundled", "maven", "url", "image")
PLUGINS = "spec.connect.plugins[]"
CONNECTORS = "spec.connect.connectors[]"
CONNECTOR_CONFIG = (f"{CONNECTORS}.config",)

# What the operator writes itself, from the fields beside `config`.
CONNECTOR_OWNED = ("name", "connector.class", "tasks.max")
WORKER_OWNED = (
    "bootstrap.servers",
    "group.id",
    "listeners",
    *(
        f"{kind}.storage.{what}"
        for kind in ("config", "offset", "status")
        for what in ("topic", "replication.factor")
    ),
)
OVERRIDES = ("producer.override.", "consumer.override.", "admin.override.")
CONVERTERS = ("key.converter", "value.converter", "header.converter")
"""Connect makes a connector's own converter only of a class that the connector names; the options
of one that it does not name are read by nobody (Worker.startTask, Plugins.newConverter)."""
CREATION, DEFAULT = "topic.creation.", "default"
STEPS = {
    "transforms.": "transforms",
    "predicates.": "predicates",
    CREATION: f"{CREATION}groups",
}
"""Options of what a connector does besides, and the option that lists by name what that is: those
of another name are read by nobody (ConnectorConfig.enrich, SourceConnectorConfig; KIP-66 and 158).
"""
STEP_MESSAGE = (
    "transforms, predicates and topic.creation.groups list by name what a connector does besides; "
    "options of another name (transforms.x.type without transforms: x) have no effect: list it"
)
WORKER_OWNED_PREFIXES = ("admin.", "config.providers", "rest.", "plugin.", "connector.client.")

MESSAGE = (
    "a password must not stand in the spec: put it into a Secret and write "
    f"${{secret:NAME:KEY}}, or {OWN_CREDENTIAL} for the lab's own"
)


def _no_password(
    id_: str, cel: str, found: Callable[[str, str], bool], form: Mapping[str, Any] | None = None
) -> Rule:
    """A rule that names the options in which a password stands; ``cel`` says so of option ``k``."""

    def check(case: Case[Any]) -> Iterator[str]:
        for i, connector in enumerate(case.new.connect.connectors if case.new.connect else ()):
            for key, value in connector.config.items():
                if found(key, value):
                    yield f"spec.connect.connectors[{i}].config.{key}"

    named = f"self.filter(k, {cel})[0] + {quoted(f': {MESSAGE}')}"
    return Rule(
        id=id_,
        at=CONNECTOR_CONFIG,
        cel=f"self.all(k, !({cel}))" if cel else "",
        cel_message=named if cel else "",
        form=form,
        message=MESSAGE,
        check=check,
    )


SECRET_RULES = (
    _no_password(
        "connector-secret-by-reference",
        f"{matches('k', plain_passwords.CONFIDENTIAL_KEY)} && "
        f"!(self[k] in {list(plain_passwords.NO_PASSWORD)}) && "
        f"!self[k].contains('{plain_passwords.REFERENCE}')",
        plain_passwords.by_name,
        {
            "patternProperties": {
                plain_passwords.CONFIDENTIAL_KEY: {
                    "anyOf": [
                        {"enum": list(plain_passwords.NO_PASSWORD)},
                        {"pattern": re.escape(plain_passwords.REFERENCE)},
                    ]
                }
            }
        },
    ),
    _no_password(
        "connector-no-login-in-url",
        matches("self[k]", plain_passwords.LOGIN_IN_URL),
        lambda _, value: plain_passwords.login_in_url(value),
        {"additionalProperties": {"not": {"pattern": plain_passwords.LOGIN_IN_URL}}},
    ),
    _no_password(
        "connector-no-password-assigned",
        matches("self[k]", plain_passwords.ASSIGNED),
        lambda _, value: plain_passwords.password_assigned(value),
        {"additionalProperties": {"not": {"pattern": plain_passwords.ASSIGNED}}},
    ),
    _no_password("connector-no-password", "", plain_passwords.beyond_the_crd),
)


CEL_OWNED_WORKER = " || ".join(
    [
        "k in [{}]".format(", ".join(f"'{key}'" for key in WORKER_OWNED)),
        *(f"k.startsWith('{prefix}')" for prefix in WORKER_OWNED_PREFIXES),
    ]
)


def _plain_worker(config: dict[str, str]) -> bool:
    return not any(k in WORKER_OWNED or k.startswith(WORKER_OWNED_PREFIXES) for k in config)


def _overrides(case: Case[Any]) -> Iterator[str]:
    connect = case.new.connect
    if connect is None or connect.override_policy != "None":
        return
    for connector in connect.connectors:
        if any(key.startswith(OVERRIDES) for key in connector.config):
            yield "spec.connect.connectors"
            return


def _own_converter(config: dict[str, str]) -> bool:
    return all(
        side in config or not any(key.startswith(f"{side}.") for key in config)
        for side in CONVERTERS
    )


def _steps(config: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Each option of a step, with the step's name and the option that has to list it."""
    for key in config:
        for prefix, names in STEPS.items():
            name = key.removeprefix(prefix).partition(".")[0]
            if key.startswith(prefix) and key != names and (prefix, name) != (CREATION, DEFAULT):
                yield key, name, names


def _steps_have_a_list(config: dict[str, str]) -> bool:
    return all(names in config for _, _, names in _steps(config))


def _steps_not_listed(case: Case[Any]) -> Iterator[str]:
    for i, connector in enumerate(case.new.connect.connectors if case.new.connect else ()):
        for key, name, names in _steps(connector.config):
            listed = [item.strip() for item in connector.config.get(names, name).split(",")]
            if name not in listed:
                yield f"spec.connect.connectors[{i}].config.{key}"


def _line_ends(case: Case[Any]) -> Iterator[str]:
    """Lines of YAML's block style (``|``), and marks of editors; documents may end so."""
    for i, connector in enumerate(case.new.connect.connectors if case.new.connect else ()):
        for key, value in connector.config.items():
            line = value.rstrip("\r\n")
            alone = line and not {"\n", "\r"} & set(line) and not line.startswith(("{", "[", "<"))
            if value.startswith("\ufeff") or (alone and line != value):
                yield f"spec.connect.connectors[{i}].config.{key}"


def _no_step(prefix: str) -> dict[str, Any]:
    """JSON Schema for options of which none is of a step, but of the group that needs no list."""
    if prefix == CREATION:
        return keys_not(pattern=begins_but_not(prefix, f"{DEFAULT}."))
    return keys_not(prefixes=[prefix])


CONNECT_RULES: tuple[Rule, ...] = (
    Rule(
        id="connector-override-allowed",
        at=("spec.connect",),
        cel="!has(self.connectors) || has(self.overridePolicy) && self.overridePolicy != 'None' "
        "|| self.connectors.all(c, !has(c.config) || c.config.all(k, "
        + " && ".join(f"!k.startsWith('{prefix}')" for prefix in OVERRIDES)
        + "))",
        form={
            "anyOf": [
                {
                    "required": ["overridePolicy"],
                    "properties": {"overridePolicy": {"not": {"const": "None"}}},
                },
                {
                    "properties": {
                        "connectors": {
                            "items": {"properties": {"config": keys_not(prefixes=OVERRIDES)}}
                        }
                    }
                },
            ]
        },
        message="options with producer.override., consumer.override. or admin.override. need "
        "overridePolicy: All beside the connectors (or Principal, for their login alone)",
        check=_overrides,
        field_path=".connectors",
    ),
    Rule(
        id="connector-converter-named",
        at=CONNECTOR_CONFIG,
        cel=" && ".join(
            f"('{side}' in self || self.all(k, !k.startsWith('{side}.')))" for side in CONVERTERS
        ),
        form={
            "allOf": [
                {"anyOf": [{"required": [side]}, keys_not(prefixes=[f"{side}."])]}
                for side in CONVERTERS
            ]
        },
        message="an option of a converter, such as value.converter.schemas.enable, has no effect "
        "alone: name the converter too, for example value.converter: "
        "org.apache.kafka.connect.json.JsonConverter (or set schemasInJson for all connectors)",
        check=failing(CONNECTOR_CONFIG, _own_converter),
    ),
    Rule(
        id="connector-step-named",
        at=CONNECTOR_CONFIG,
        cel=" && ".join(
            f"('{names}' in self || self.all(k, !k.startsWith('{prefix}')"
            + (f" || k.startsWith('{prefix}{DEFAULT}.')" if prefix == CREATION else "")
            + "))"
            for prefix, names in STEPS.items()
        ),
        form={
            "allOf": [
                {"anyOf": [{"required": [names]}, _no_step(prefix)]}
                for prefix, names in STEPS.items()
            ]
        },
        message=STEP_MESSAGE,
        check=failing(CONNECTOR_CONFIG, _steps_have_a_list),
    ),
    Rule(
        id="connector-step-listed",
        at=CONNECTOR_CONFIG,
        message=STEP_MESSAGE,
        check=_steps_not_listed,
    ),
    Rule(
        id="connector-value-line",
        at=CONNECTOR_CONFIG,
        message="the line end of a value of one line (or an editor's byte order mark before it) "
        "would go to the connector: write the value behind the ':', or with |- in place of |",
        check=_line_ends,
    ),
    one_source(
        "plugin-one-source",
        PLUGINS,
        SOURCES,
        "a plugin comes from exactly one place: bundled, maven, url or image",
    ),
    url_checksum(
        "plugin-url-checksum",
        PLUGINS,
        "sha512",
        "a plugin with a url needs its sha512 too (sha512sum FILE prints it)",
    ),
    Rule(
        id="connector-option-plain",
        at=CONNECTOR_CONFIG,
        cel=f"self.all(k, {matches('k', units.OPTION_KEY)})",
        form=map_form(units.OPTION_KEY),
        message="the name of a connector's option has letters, digits, '.', '_' and '-'",
        check=failing(
            CONNECTOR_CONFIG, lambda c: all(units.fits(units.OPTION_KEY, key) for key in c)
        ),
    ),
    Rule(
        id="connector-option-not-owned",
        at=CONNECTOR_CONFIG,
        cel="self.all(k, !(k in [{}]))".format(", ".join(f"'{k}'" for k in CONNECTOR_OWNED)),
        form=keys_not(CONNECTOR_OWNED),
        message="name, connector.class and tasks.max are written as the fields name, class and "
        "tasksMax of the connector: take them out of config",
        check=failing(CONNECTOR_CONFIG, lambda c: not any(k in CONNECTOR_OWNED for k in c)),
    ),
    *SECRET_RULES,
    Rule(
        id="worker-config-not-owned",
        at=("spec.connect.config",),
        cel=f"self.all(k, !({CEL_OWNED_WORKER}))",
        form=keys_not(WORKER_OWNED, WORKER_OWNED_PREFIXES),
        message="the operator sets addresses, topics, group, plugins, REST and config providers "
        "of the workers itself: take these properties out",
        check=failing(("spec.connect.config",), _plain_worker),
    ),
    Rule(
        id="connect-secret-not-lab",
        at=("spec.connect.secrets[]",),
        cel="self != 'lab'",
        form={"not": {"const": "lab"}},
        message="in references, lab means the lab's own credentials, so a Secret of that name "
        "cannot be mounted: give it another name",
        check=failing(("spec.connect.secrets[]",), lambda name: name != "lab"),
    ),
)
