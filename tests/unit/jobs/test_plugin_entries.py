"""An archive's entry never leaves the plugin's folder, whatever its name."""

import os.path
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_base.archive.tree import Unfit, inside, link_target

PIECES = st.sampled_from(
    ["..", ".", "", "a", "lib", "x.jar", "/", "\\", "C:", "..\\", "\0", "...", "é", "\n", "~"]
)
NAMES = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map("/".join))


@given(NAMES)
def test_a_name_is_refused_or_stays_inside(name: str) -> None:
    try:
        parts = inside(name)
    except Unfit:
        return
    assert not {"", ".", ".."} & set(parts)
    assert not any("/" in part or "\\" in part or "\0" in part for part in parts)
    where = os.path.normpath(os.path.join("/opt/plugins/x", *parts))  # noqa: PTH118 (text only)
    assert PurePosixPath(where).is_relative_to("/opt/plugins/x")


@given(NAMES, NAMES)
def test_a_link_is_refused_or_stays_inside(name: str, target: str) -> None:
    try:
        parts = link_target(name, target)
    except Unfit:
        return
    assert not {"", ".", ".."} & set(parts)
    parent = os.path.join("/opt/plugins/x", *inside(name)[:-1])  # noqa: PTH118
    where = os.path.normpath(os.path.join(parent, target))  # noqa: PTH118
    assert where == os.path.normpath("/".join(["/opt/plugins/x", *parts]))


@pytest.mark.parametrize(
    "name",
    [
        "../evil.jar", "a/../../evil.jar", "a/..", "..", "/etc/passwd", "//etc/passwd",
        "C:\\evil.jar", "c:/evil.jar", "..\\evil.jar", "a\\..\\..\\evil.jar", "a\0b",
        "x" * 256, "a/" * 33 + "b",
    ],
)  # fmt: skip
def test_a_dangerous_name_is_refused_and_shown(name: str) -> None:
    with pytest.raises(Unfit) as caught:
        inside(name)
    shown = str(caught.value)
    assert repr(name)[1:20] in shown
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("plugin/lib/x.jar", ("plugin", "lib", "x.jar")),
        ("./plugin/./x.jar", ("plugin", "x.jar")),
        ("plugin\\x.jar", ("plugin", "x.jar")),
        ("plugin/", ("plugin",)),
        ("./", ()),
        ("...", ("...",)),
    ],
)
def test_an_ordinary_name_is_taken(name: str, parts: tuple[str, ...]) -> None:
    assert inside(name) == parts


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x", "../a/../../x", "..\\x"])
def test_a_link_that_leads_out_is_refused_and_says_where_to(target: str) -> None:
    with pytest.raises(Unfit, match="leads out of its folder") as caught:
        link_target("lib/x.jar", target)
    assert repr(target) in str(caught.value)
