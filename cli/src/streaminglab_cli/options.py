"""Options that all verbs have, and the session that is made of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from click.shell_completion import CompletionItem

from streaminglab_cli.errors import SlabError
from streaminglab_cli.screen import Screen
from streaminglab_cli.session import Session

Verb = Callable[..., int | None]
"""What a verb returns is its exit code; None is 0."""


def _session(context: click.Context) -> Session:
    """What was said, before the verb and after it; what stands after it holds."""
    said: dict[str, Any] = {}
    at: click.Context | None = context
    while at is not None:
        for name in ("context", "namespace", "lab"):
            said[name] = said.get(name) or at.params.get(name)
        at = at.parent
    return Session(said["context"], said["namespace"], said["lab"])


def lab_names(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """The labs of the namespace, for completion; nothing where the cluster says nothing."""
    try:
        found = [lab.name for lab in _session(context).cluster.labs()]
    except SlabError:
        return []
    return [CompletionItem(name) for name in found if name.startswith(begun)]


def part_names(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """The parts of the lab, for completion."""
    try:
        found = [part.name for part in _session(context).lab.parts]
    except SlabError:
        return []
    return [CompletionItem(name) for name in found if name.startswith(begun)]


def where(function: Callable[..., Any]) -> Callable[..., Any]:
    """-n and --context: for the program and for each verb, as kubectl takes them anywhere."""
    for option in (
        click.option("--context", help="Context of the kubeconfig [default: the current one]"),
        click.option("-n", "--namespace", help="Namespace [default: that of the context]"),
    ):
        function = option(function)
    return function


def verb(*, lab: bool = True, output: bool = True) -> Callable[[Verb], Verb]:
    """A verb that is called with its session first. ``lab``: it may name one. ``output``: it can
    print JSON."""

    def wrap(function: Verb) -> Verb:
        @click.pass_context
        @wraps(function)
        def called(context: click.Context, /, **words: Any) -> None:
            session = _session(context)
            session.screen = Screen(machine=words.pop("output", "text") == "json")
            for name in ("context", "namespace", "lab"):
                words.pop(name, None)
            if code := function(session, **words):
                context.exit(code)

        made: Verb = where(called)
        if lab:
            made = click.option(
                "-l",
                "--lab",
                shell_complete=lab_names,
                help="Name of the lab [default: the only one of the namespace]",
            )(made)
        if output:
            made = click.option(
                "-o",
                "--output",
                type=click.Choice(["text", "json"]),
                default="text",
                help="How to print",
            )(made)
        return made

    return wrap


def waits(seconds: float) -> Callable[[Verb], Verb]:
    """--no-wait and --timeout, for verbs whose work goes on in the cluster."""

    def wrap(function: Verb) -> Verb:
        function = click.option(
            "--timeout",
            type=click.FloatRange(1),
            default=seconds,
            show_default=True,
            metavar="SECONDS",
            help="How long to wait",
        )(function)
        return click.option("--no-wait", is_flag=True, help="Do not wait until it is done")(
            function
        )

    return wrap
