"""The parts of docs/architecture.md that are made from the code."""

from __future__ import annotations

import re

from streaminglab_operator.reconcile import STEPS
from tools.generate.contracts_table import contracts_table, layers_block
from tools.generate.network_table import network_table


def architecture_page(text: str) -> str:
    """The page as it must be, from the page as it is."""
    parts = {
        "layers": layers_block(),
        "contracts": contracts_table(),
        "steps": steps_table(),
        "network": network_table(),
    }
    for name, body in parts.items():
        text = between(text, name, body)
    return text


def steps_table() -> str:
    """One row for each step of a pass: its name, the first line of its module, and where it is."""
    rows = ["| step | what happens | code |", "| --- | --- | --- |"]
    for step in STEPS:
        package, _, name = step.__name__.rpartition(".")
        what = (step.__doc__ or "").partition("\n")[0].removesuffix(".")
        path = f"{package.partition('.')[2].replace('.', '/')}/{name}.py"
        rows.append(f"| {name.replace('_', ' ')} | {what} | `{path}` |")
    return "\n".join(rows)


def between(text: str, name: str, body: str) -> str:
    """A page with the part between its two marks for `name` replaced. ValueError without marks."""
    begin, end = f"<!-- {name}: made by `make generate` -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(begin)}\n.*?{re.escape(end)}", re.DOTALL)
    new, count = pattern.subn(lambda _: f"{begin}\n\n{body}\n\n{end}", text)
    if count != 1:
        raise ValueError(f"the page must have one part between {begin} and {end}, not {count}")
    return new
