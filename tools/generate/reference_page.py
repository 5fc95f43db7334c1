"""The reference page of a kind, drawn from its CRD's schema and its table of rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from streaminglab_operator.api.crd import root_schema
from streaminglab_operator.schema.kinds import Kind
from streaminglab_operator.schema.rules import Rule

INTRO = """\
# The {kind} object

`{kind}` (`{api_version}`, short names {short_names}, category `{category}`) {introduction} The same
text is in the cluster: `kubectl explain {short_name}.spec`.

What is wrong is refused when it is applied, and nothing changes in what runs. The API server
checks types, bounds and the [rules](#rules) below; the operator checks all of it once more, for
clusters whose API server has no CEL, and says what it finds in the condition `Stalled`
(reason `InvalidSpec`).

**Unknown keys.** `kubectl` refuses a key that does not exist (`unknown field "spec.brokerz"`): it
asks the API server for strict validation. A client that does not ask for it (most libraries, Helm,
GitOps tools) gets a warning in the answer, and the API server drops the key before anybody can see
it: Kubernetes gives a CRD no way to refuse it. `kubectl apply --dry-run=server -f FILE` shows what
would be kept.
"""


def reference_page(kind: Kind[Any, Any]) -> str:
    """The whole page as Markdown."""
    properties = root_schema(kind)["properties"]
    lines = [_introduction(kind), "## spec\n", properties["spec"]["description"], ""]
    lines += [*_table(properties["spec"], "spec", with_default=True), ""]
    lines += [*_rules(kind.rules), "", "## status\n", properties["status"]["description"], ""]
    lines += [*_table(properties["status"], "status", with_default=False), ""]
    lines += [*_columns(kind), ""]
    return "\n".join(lines)


def _introduction(kind: Kind[Any, Any]) -> str:
    return INTRO.format(
        kind=kind.kind,
        api_version=kind.api_version,
        short_names=" and ".join(f"`{name}`" for name in kind.short_names),
        short_name=kind.short_names[0],
        category=kind.category,
        introduction=kind.introduction,
    )


def _table(schema: dict[str, Any], path: str, with_default: bool) -> Iterator[str]:
    yield "| field | type |" + (" default |" if with_default else "") + " what it is |"
    yield "| --- | --- |" + (" --- |" if with_default else "") + " --- |"
    for name, node in _fields(schema, path):
        default = f" {_default(node)} |" if with_default else ""
        yield f"| `{name}` | {_type(node)} |{default} {_text(node['description'])} |"


def _fields(schema: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    required = schema.get("required", [])
    for name, child in schema.get("properties", {}).items():
        full = f"{path}.{name}"
        yield full, {**child, "required": name in required}
        if child["type"] == "array":
            yield from _fields(child["items"], f"{full}[]")
        else:
            yield from _fields(child, full)


def _type(node: dict[str, Any]) -> str:
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if node["type"] == "array":
        return "list" + (f", at most {node['maxItems']}" if "maxItems" in node else "")
    if "additionalProperties" in node:
        return f"map of text, at most {node['maxProperties']}"
    low, high = node.get("minimum"), node.get("maximum")
    bounds = f" {low} to {high}" if high is not None else ""
    words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    return words.get(node["type"], str(node["type"])) + bounds


def _default(node: dict[str, Any]) -> str:
    if node["required"]:
        return "*required*"
    if node.get("default", {}) == {}:
        return "-"
    return f"`{_text(json.dumps(node['default']))}`"


def _text(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<")


def _rules(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "## Rules\n"
    yield "Checked by the API server and again by the operator.\n"
    yield "| rule | where | when | what is said |"
    yield "| --- | --- | --- | --- |"
    for rule in rules:
        when = "a change" if rule.on_change else "always"
        yield f"| {rule.id} | {_where(rule)} | {when} | {rule.message} |"


def _where(rule: Rule) -> str:
    return ", ".join(f"`{(place + rule.field_path).lstrip('.')}`" for place in rule.at)


def _columns(kind: Kind[Any, Any]) -> Iterator[str]:
    yield f"## Columns of `kubectl get {kind.short_names[0]}`\n"
    yield "| column | from |"
    yield "| --- | --- |"
    for column in kind.columns:
        wide = " (with `-o wide`)" if column.priority else ""
        yield f"| {column.name}{wide} | `{column.json_path}` |"
