"""The values table of a chart's README: what from values.schema.json, defaults from values.yaml."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

BEGIN = "<!-- values: begin (python -m tools.charts) -->"
END = "<!-- values: end -->"


def documented_charts(charts: Path) -> list[Path]:
    """The chart directories that have a schema, by name."""
    return sorted(path.parent for path in charts.glob("*/values.schema.json"))


def with_table(readme: str, table: str) -> str:
    """`readme` with the text between the two markers replaced; ValueError without markers."""
    if BEGIN not in readme or END not in readme:
        raise ValueError(f"the README has no markers {BEGIN} ... {END}")
    before, rest = readme.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{table}{END}{rest.split(END, 1)[1]}"


def values_table(chart: Path) -> str:
    """A Markdown table: one row per value that can be set."""
    schema = json.loads((chart / "values.schema.json").read_text())
    defaults = yaml.safe_load((chart / "values.yaml").read_text())
    lines = ["| value | default | what it is |", "| --- | --- | --- |"]
    for key, text in _rows(schema, ""):
        shown = json.dumps(_default(defaults, key), ensure_ascii=False).replace("|", "\\|")
        lines.append(f"| `{key}` | `{shown}` | {text.replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def _rows(schema: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """Leaves of the schema as (dotted key, description); Helm's own keys are left out."""
    for name, part in schema["properties"].items():
        if not prefix and name in {"global", "common"}:
            continue
        key = f"{prefix}{name}"
        if "properties" in part:
            yield from _rows(part, f"{key}.")
        else:
            yield key, part["description"]


def _default(defaults: Any, key: str) -> Any:
    """The default of a dotted key; None when values.yaml leaves it out."""
    for part in key.split("."):
        defaults = defaults.get(part) if isinstance(defaults, dict) else None
    return defaults
