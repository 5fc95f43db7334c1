"""The end of an end-to-end run says what was left out, and why."""

from __future__ import annotations

import pytest

from tools.checks import absent
from tools.images import catalog


def test_where_no_registry_answers_every_part_without_a_local_image_is_told_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STREAMINGLAB_BASE", "local")
    missing = absent.absent()
    assert set(missing) == {name for name, image in catalog.load().items() if not image.local}
    lines = absent.summary(missing).splitlines()
    for name, line in zip(missing, lines, strict=False):
        assert line == f"not run here: {name}: {catalog.image(name).reason}"
    assert lines[-1].startswith(f"not run here: {len(missing)} component(s)")


def test_where_images_can_be_pulled_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMINGLAB_BASE", "debian:trixie-slim")
    assert absent.absent() == {}
    assert absent.summary({}).startswith("not run here: 0 component(s)")
