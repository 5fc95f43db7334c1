"""The client of the tests here: it meets no connection that the API server has closed."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

from tests.component.api.conftest import Labs
from tests.component.api.control_plane import KEPT_SECONDS, Client


@pytest.mark.parametrize(
    ("seconds", "kept"), [(0.0, True), (KEPT_SECONDS - 1, True), (KEPT_SECONDS + 1, False)]
)
def test_a_connection_is_kept_as_long_as_the_server_keeps_it(
    labs: Labs, monkeypatch: pytest.MonkeyPatch, seconds: float, kept: bool
) -> None:
    now = 0.0
    opened: list[int] = []
    wrap: Any = ssl.SSLContext.wrap_socket

    def counted(*words: Any, **options: Any) -> Any:
        opened.append(1)
        return wrap(*words, **options)

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", counted)
    client = Client(labs.client.port, clock=lambda: now)
    assert client.call("GET", "/readyz").status == 200
    now = seconds
    assert client.call("GET", "/readyz").status == 200
    assert len(opened) == (1 if kept else 2)
