"""A real browser: Debian's Chromium, driven by Playwright, and what axe says of a page in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.patience import PATIENCE
from tools.shell import debian
from tools.shell.run import call

GRAVE = ("serious", "critical")
PATIENCE_MS = 1000 * PATIENCE


PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first is Chromium's pages without its windows: it needs no GTK, and draws nothing twice."""


def installed() -> str | None:
    """The path of a browser that Playwright's Chromium driver speaks to, where there is one."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium or Chrome without a window. As root on Debian it is installed where it is missing;
    elsewhere that fails the test. As long as it is there, what is expected of it is waited for
    patiently."""
    if installed() is None and debian.may_install():
        debian.install(
            lambda command: call(command, env=debian.QUIETLY),
            PROGRAMS[0],
            there=lambda: installed() is not None,
        )
    program = installed()
    if program is None:
        pytest.fail(f"there is no chromium: install it (Debian: apt-get install {PROGRAMS[0]})")
    with sync_playwright() as playwright:
        # In a container Chromium has no user namespaces to build its sandbox of.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        before = expect._timeout  # Of the process: whoever comes after it has his own.
        expect.set_options(timeout=PATIENCE_MS)
        try:
            yield browser
        finally:
            expect.set_options(timeout=before)
            browser.close()


@contextmanager
def somebody(browser: Browser, language: str) -> Iterator[BrowserContext]:
    """A browser of somebody patient, who has not been here before.

    Without the page's policy (CSP): axe is put into it as a script, and what the policy would only
    have kept from running shall not even be there.
    """
    context = browser.new_context(locale=language, bypass_csp=True)
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context
    finally:
        context.close()


class Rules(Enum):
    """Of which of its rules axe is asked, by its categories
    (https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md)."""

    ALL = ()
    COLOURS = ("cat.color",)
    WORDS = ("cat.text-alternatives", "cat.name-role-value", "cat.language", "cat.forms")
    """What differs from one language to the other: names, titles, labels and the language said."""


ALIKE = ("tbody tr", "li", "article")
"""What a script makes any number of from one pattern."""
LOOKED_AT = 20
"""So many of them tell of all: each costs axe as much as the first, and most of it is colours."""


def grave_faults(page: Page, rules: Rules = Rules.ALL) -> list[str]:
    """What axe finds that keeps somebody out (WCAG): rule, and where."""
    context = {"exclude": [[f"{one}:nth-child(n+{LOOKED_AT + 1})"] for one in ALIKE]}
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules.value:
        options["runOnly"] = list(rules.value)
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [
        f"{fault['id']}: {[node['target'] for node in fault['nodes']][:3]}"
        for fault in found
        if fault["impact"] in GRAVE
    ]
