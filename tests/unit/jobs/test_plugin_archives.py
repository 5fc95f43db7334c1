"""Unpacking: ordinary plugins arrive whole, harmful archives leave nothing outside."""

import contextlib
import gzip
import stat
import struct
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from streaminglab_base.archive.tree import Limits
from streaminglab_base.errors import JobError
from streaminglab_jobs.plugins import archive
from tests.unit.jobs import plugin_archives as made
from tests.unit.jobs.test_plugin_entries import NAMES

REG, SYM, HARD, DIR = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE
SMALL = Limits(download=1 << 20, unpacked=1 << 20, entries=50)


def unpack(tmp_path: Path, content: bytes, name: str, limits: Limits = SMALL) -> Path:
    file = tmp_path / "download"
    file.write_bytes(content)
    root = tmp_path / "plugins" / "x"
    archive.unpack(file, name, root, limits)
    return root


def files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_a_jar_stays_one_file(tmp_path: Path) -> None:
    assert files(unpack(tmp_path, made.jar(), "x-1.0-all.jar")) == {"x-1.0-all.jar": made.jar()}


def test_a_jar_without_its_ending_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    assert list(files(unpack(tmp_path, made.jar(), "latest"))) == ["latest.jar"]


@pytest.mark.parametrize("name", ["plugin.zip", "download"])
def test_a_zip_of_jars_is_unpacked(tmp_path: Path, name: str) -> None:
    content = {"p/lib/a.jar": b"a", "p/manifest.json": b"{}", "META-INF/MANIFEST.MF": b""}
    assert files(unpack(tmp_path, made.zipped(content), name)) == content


@pytest.mark.parametrize(
    ("name", "compressed"),
    [("p.tar.gz", True), ("p.tgz", True), ("p.tar", False), ("download", True), ("any", False)],
)
def test_a_tar_is_unpacked(tmp_path: Path, name: str, compressed: bool) -> None:
    content = made.tarred(
        ("./", DIR, ""), ("p", DIR, ""), ("p/a.jar", REG, "a"), compressed=compressed
    )
    assert files(unpack(tmp_path, content, name)) == {"p/a.jar": b"a"}


def test_long_names_arrive_whole(tmp_path: Path) -> None:
    name = "/".join(["folder-with-a-name" * 5] * 4) + "/a.jar"
    assert files(unpack(tmp_path, made.tarred((name, REG, "a")), "p.tgz")) == {name: b"a"}


def test_files_get_no_dangerous_bits(tmp_path: Path) -> None:
    mode = stat.S_IFREG | stat.S_ISUID | 0o777
    root = unpack(tmp_path, made.zipped({"a.jar": b"a"}, {"a.jar": mode}), "p.zip")
    assert stat.S_IMODE((root / "a.jar").stat().st_mode) & 0o7111 == 0


@pytest.mark.parametrize(
    "entries",
    [
        [("p/a.jar", REG, "a"), ("p/b.jar", SYM, "a.jar"), ("c.jar", HARD, "p/a.jar")],
        [("c.jar", SYM, "p/b.jar"), ("p/b.jar", SYM, "../p/a.jar"), ("p/a.jar", REG, "a")],
    ],
)
def test_links_inside_become_files(tmp_path: Path, entries: list[tuple[str, bytes, str]]) -> None:
    root = unpack(tmp_path, made.tarred(*entries), "p.tar.gz")
    assert files(root) == {"p/a.jar": b"a", "p/b.jar": b"a", "c.jar": b"a"}
    assert not any(path.is_symlink() for path in root.rglob("*"))


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (made.zipped({"../evil.jar": b"x"}), "p.zip", "'../evil.jar' would leave"),
        (made.zipped({"a/../../evil.jar": b"x"}), "p.zip", "'a/../../evil.jar' would leave"),
        (made.zipped({"/tmp/evil.jar": b"x"}), "p.zip", "'/tmp/evil.jar' is an absolute path"),
        (made.zipped({"..\\evil.jar": b"x"}), "p.zip", "would leave"),
        (made.tarred(("../evil.jar", REG, "x")), "p.tar.gz", "'../evil.jar' would leave"),
        (made.tarred(("/evil.jar", REG, "x")), "p.tar.gz", "absolute path"),
        (made.tarred(("../evil", DIR, "")), "p.tar.gz", "'../evil' would leave"),
        (made.tarred(("a", SYM, "../.."), ("a/evil.jar", REG, "x")), "p.tgz", "leads out"),
        (made.tarred(("a", SYM, "/etc/passwd")), "p.tgz", "leads out"),
        (made.tarred(("a", HARD, "../../secret")), "p.tgz", "'../../secret' would leave"),
        (made.tarred(("a", SYM, "gone.jar")), "p.tgz", "leads to no file"),
        (made.tarred(("a", SYM, "b"), ("b", SYM, "a")), "p.tgz", "leads to no file"),
        (made.tarred(("a", SYM, "a")), "p.tgz", "leads to itself"),
        (made.tarred(("p", DIR, ""), ("q", SYM, "p")), "p.tgz", "leads to no file"),
        (made.tarred(("null", tarfile.CHRTYPE, "")), "p.tgz", "no ordinary file"),
        (made.tarred(("sda", tarfile.BLKTYPE, "")), "p.tgz", "no ordinary file"),
        (made.tarred(("pipe", tarfile.FIFOTYPE, "")), "p.tgz", "no ordinary file"),
        (
            made.zipped({"a": b"/etc/passwd"}, {"a": stat.S_IFLNK | 0o777}),
            "p.zip",
            "leads out of its folder, to '/etc/passwd'",
        ),
        (made.zipped({"a": b""}, {"a": stat.S_IFIFO}), "p.zip", "no ordinary file"),
        (made.tarred(("a", REG, "x"), ("a/b", REG, "x")), "p.tgz", "both a file and a folder"),
        (made.tarred(("a/b", REG, "x"), ("a", REG, "x")), "p.tgz", "both a file and a folder"),
        (made.zipped({f"{n}.jar": b"" for n in range(51)}), "p.zip", "more than 50 entries"),
        (made.tarred(*((f"{n}", DIR, "") for n in range(51))), "p.tgz", "more than 50 entries"),
        (made.zip_with_many_entries_claimed(), "p.zip", "more than 50 entries"),
        (made.tar_with_huge_header(), "p.tgz", "header of more than 1 MiB"),
        (made.zipped({"a": bytes((1 << 20) + 1)}), "p.zip", "more than 1 MiB"),
        (made.zipped({"a": bytes(1 << 19), "b": bytes(1 << 20)}), "p.zip", "more than 1 MiB"),
        (made.tarred(("a", REG, "\0" * ((1 << 20) + 1))), "p.tgz", "more than 1 MiB"),
        (made.zipped({"a": b"x"})[:-4], "p.zip", "damaged"),
        (made.tarred(("a", REG, "".join(map(chr, range(9000)))))[:5000], "p.tgz", "damaged"),
        (gzip.compress(b"not a tar"), "p.tgz", "damaged"),
        (b"<!DOCTYPE html><html>", "p.zip", "answers with a web page"),
        (b"\n<html>", "p.jar", "answers with a web page"),
        (made.jar(), "p.tar.gz", "is no tar.gz file"),
        (b"hello", "p", "neither jar, zip, tar nor tar.gz"),
        (b"", "p.jar", "it is empty"),
        (made.zipped({"p/": b""}), "p.zip", "holds no file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_harmful_or_damaged_archive_is_refused(
    tmp_path: Path, content: bytes, name: str, words: str
) -> None:
    with pytest.raises(JobError) as caught:
        unpack(tmp_path, content, name)
    assert words in str(caught.value)
    outside = {p for p in tmp_path.rglob("*") if p.is_file() and "plugins/x" not in str(p)}
    assert outside == {tmp_path / "download"}


def test_a_zip_that_lies_about_a_size_is_stopped_by_what_it_really_holds(tmp_path: Path) -> None:
    content = bytearray(made.zipped({"a": bytes(3 << 20)}))
    central = content.rfind(b"PK\x01\x02")
    struct.pack_into("<L", content, central + 24, 10)
    with pytest.raises(JobError):
        unpack(tmp_path, bytes(content), "p.zip")
    assert sum(p.stat().st_size for p in (tmp_path / "plugins").rglob("a")) <= 1 << 20


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    content = bytearray(made.zipped({"a.jar": b"secret"}))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(header) + flags] |= 1
    with pytest.raises(JobError, match=r"'a\.jar' is encrypted"):
        unpack(tmp_path, bytes(content), "p.zip")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    entries=st.lists(
        st.tuples(NAMES.filter(bool), st.sampled_from([REG, SYM, HARD, DIR]), NAMES), max_size=6
    )
)
def test_whatever_a_tar_holds_nothing_is_written_outside(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, bytes, str]]
) -> None:
    tmp_path = tmp_path_factory.mktemp("any")
    try:
        content = made.tarred(*entries)
    except (ValueError, UnicodeError):
        return  # such a name cannot be written into a tar
    with contextlib.suppress(JobError):
        unpack(tmp_path, content, "p.tgz")
    outside = {p.name for p in tmp_path.rglob("*") if "plugins/x" not in str(p)}
    assert outside <= {"download", "plugins"}
    assert not any(p.is_symlink() for p in tmp_path.rglob("*"))


@settings(max_examples=60, deadline=None)
@given(damage=st.binary(max_size=8), at=st.integers(0, 4000))
@example(damage=b"\x00\x01", at=594)
@example(damage=b"\x00\x00\x00", at=122)
@pytest.mark.parametrize("name", ["p.zip", "p.tgz", "p.tar"])
def test_a_damaged_archive_ends_in_plain_words_or_is_read(
    tmp_path_factory: pytest.TempPathFactory, name: str, damage: bytes, at: int
) -> None:
    good = {
        "p.zip": made.zipped({"p/a.jar": b"a" * 300, "b": b"b"}),
        "p.tgz": made.tarred(("p/a.jar", REG, "a" * 300)),
        "p.tar": made.tarred(("p/a.jar", REG, "a" * 300), compressed=False),
    }[name]
    at %= len(good)
    content = good[:at] + damage + good[at + len(damage) :]
    try:
        unpack(tmp_path_factory.mktemp("any"), content, name)
    except JobError as error:
        assert str(error)
