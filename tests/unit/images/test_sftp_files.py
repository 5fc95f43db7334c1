"""The SFTP server's folder: what arrives, and that nothing leaves it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import asyncssh
import pytest

from streaminglab_sftp import beneath, uploads
from tests.patience import PATIENCE

from .sftp_lab import connect, server, session, settings

Refused = (asyncssh.SFTPError, OSError)


async def test_a_file_comes_back_as_it_was_sent(tmp_path: Path) -> None:
    data = os.urandom(300_000)
    (tmp_path / "sent").write_bytes(data)
    async with session(tmp_path) as client:
        await client.put(tmp_path / "sent", "usagers.csv")
        await client.get("usagers.csv", tmp_path / "back")
        assert await client.listdir() == [".", "..", "usagers.csv"]
    assert (tmp_path / "back").read_bytes() == data
    assert (tmp_path / "drop" / "usagers.csv").read_bytes() == data


async def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    async with session(tmp_path) as client:
        file = await client.open("a.csv", "w")
        await file.write("half")
        assert [path.suffix for path in drop.iterdir()] == [".uploading"]
        await file.close()
    assert [path.name for path in drop.iterdir()] == ["a.csv"]


def left(folder: Path) -> list[str]:
    """Names in a folder."""
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("way", ["the connection breaks", "the channel ends"])
async def test_what_a_client_left_unfinished_is_forgotten(tmp_path: Path, way: str) -> None:
    async with server(settings(tmp_path)) as port:
        connection = await connect(port)
        client = await connection.start_sftp_client()
        file = await client.open("a.csv", "w")
        await file.write("half")
        if way == "the channel ends":
            client.exit()
            await client.wait_closed()
        else:
            connection.abort()
        async with asyncio.timeout(PATIENCE):
            while left(tmp_path / "drop"):  # noqa: ASYNC110 - the server does not tell
                await asyncio.sleep(0.01)
        connection.close()


async def test_a_killed_servers_unfinished_uploads_are_swept(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / ".a.csv.0123abcd.uploading").touch()
    (tmp_path / "my.uploading").touch()
    assert uploads.sweep(tmp_path) == 1
    assert (tmp_path / "my.uploading").exists()


async def test_folders_names_and_attributes_work_as_clients_expect(tmp_path: Path) -> None:
    async with session(tmp_path) as client:
        await client.mkdir("in")
        async with client.open("in/a", "w") as file:
            await file.write("one")
        async with client.open("in/a", "a") as file:
            await file.write("two")
        await client.rename("in/a", "b")
        await client.chmod("b", 0o640)
        await client.truncate("b", 5)
        await client.utime("b", (1, 2))
        found = await client.stat("b")
        assert (found.size, found.mtime, (found.permissions or 0) & 0o777) == (5, 2, 0o640)
        assert (await client.statvfs("/")).bsize
        with pytest.raises(Refused):
            await client.rename("b", "in")
        await client.rmdir("in")
        await client.remove("b")
        assert await client.listdir() == [".", ".."]


async def test_a_rename_replaces_only_when_that_is_asked(tmp_path: Path) -> None:
    async with session(tmp_path) as client:
        for name in ("a", "b"):
            async with client.open(name, "w") as file:
                await file.write(name)
        with pytest.raises(Refused):
            await client.rename("a", "b")
        await client.posix_rename("a", "b")
    assert (tmp_path / "drop" / "b").read_text() == "a"


@pytest.mark.parametrize(
    "path", ["../secret", "/../secret", "in/../../secret", "..//..///secret", "/in/./../../secret"]
)
async def test_dots_end_at_the_top(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("outside")
    (tmp_path / "drop" / "in").mkdir(parents=True)
    async with session(tmp_path) as client:
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            await client.open(path)
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            await client.remove(path)
        async with client.open(path, "w") as file:
            await file.write("inside")
    assert (tmp_path / "secret").read_text() == "outside"
    assert (tmp_path / "drop" / "secret").read_text() == "inside"


async def test_links_that_others_made_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("outside")
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "folder").symlink_to(tmp_path / "outside")
    (drop / "file").symlink_to(tmp_path / "outside" / "secret")
    async with session(tmp_path) as client:
        for path in ("folder/secret", "file", "/folder/../file"):
            with pytest.raises(Refused):
                await client.open(path)
        for attempt in (
            client.listdir("folder"), client.chmod("file", 0o777), client.mkdir("folder/new"),
            client.rename("folder/secret", "mine"), client.rename("file", "folder/file"),
            client.remove("folder/secret"), client.truncate("file", 0), client.readlink("file"),
            client.open("folder/x", "w"),
        ):  # fmt: skip
            with pytest.raises(Refused):
                await attempt
        # To write a file of that name replaces the link, not what it points to.
        async with client.open("file", "w") as file:
            await file.write("inside")
    assert (tmp_path / "outside" / "secret").read_text() == "outside"
    assert not (drop / "file").is_symlink()


async def test_links_are_not_made(tmp_path: Path) -> None:
    async with session(tmp_path) as client:
        async with client.open("a", "w"):
            pass
        for attempt in (client.symlink("/etc/passwd", "b"), client.link("a", "c")):
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await attempt


async def test_a_named_pipe_neither_blocks_nor_opens(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    os.mkfifo(tmp_path / "drop" / "pipe")
    async with session(tmp_path) as client, asyncio.timeout(PATIENCE):
        with pytest.raises(Refused):
            await client.open("pipe")


async def test_files_cannot_be_given_away_or_be_made_setuid(tmp_path: Path) -> None:
    async with session(tmp_path) as client:
        async with client.open("a", "w"):
            pass
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await client.chown("a", os.getuid() + 1, os.getgid())
        await client.chmod("a", 0o4000)
    assert (tmp_path / "drop" / "a").stat().st_mode & 0o7777 == 0o600


async def test_an_upload_over_a_folder_is_refused(tmp_path: Path) -> None:
    async with session(tmp_path) as client:
        await client.mkdir("in")
        for path in ("in", "/"):
            with pytest.raises(Refused):
                await client.open(path, "w")


def test_paths_are_told_without_dots() -> None:
    assert beneath.shown(b"a/./b/../../..//c") == b"/c"
    assert beneath.shown(b"") == b"/"
