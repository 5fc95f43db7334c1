"""Several users of the SFTP server, each in a folder of his own."""

from __future__ import annotations

from pathlib import Path

import asyncssh
import pytest

from streaminglab_sftp import settings as settings_module
from streaminglab_sftp.settings import Settings, SettingsError, User

from .sftp_lab import PASSWORD, connect, server, settings

OPEN = Path("/proc/self/fd")


def several(folder: Path) -> Settings:
    """The first user, and alice and bob."""
    passwords = folder / "users"
    passwords.write_text(f"foo:{PASSWORD}\nalice:for alice\nbob:for:bob\n")
    others = [
        User(name=name, folder=name, password_file=passwords, listed=True)
        for name in ("alice", "bob")
    ]
    return settings(folder, others=tuple(others))


def opened() -> int:
    """How many files this process has open."""
    return len(list(OPEN.iterdir()))


async def listed(port: int, user: str, password: str, path: str = "/") -> list[str]:
    async with await connect(port, password, user) as found, found.start_sftp_client() as client:
        names = [str(name) for name in await client.listdir(path)]
    return sorted(name for name in names if name not in {".", ".."})


async def put(port: int, user: str, password: str, path: str) -> None:
    async with (
        await connect(port, password, user) as found,
        found.start_sftp_client() as client,
        client.open(path, "w") as file,
    ):
        await file.write("incident\nI1\n")


async def test_each_sees_a_folder_of_his_own_and_the_first_one_sees_all(tmp_path: Path) -> None:
    async with server(several(tmp_path)) as port:
        await put(port, "alice", "for alice", "a.csv")
        await put(port, "bob", "for:bob", "/../b.csv")
        assert await listed(port, "alice", "for alice", "/..") == ["a.csv"]
        assert await listed(port, "bob", "for:bob") == ["b.csv"]
        assert await listed(port, "foo", PASSWORD) == ["alice", "bob"]
    assert (tmp_path / "drop" / "alice" / "a.csv").exists()


async def test_the_folder_of_each_is_there_before_anybody_logs_in(tmp_path: Path) -> None:
    chosen = several(tmp_path)
    (chosen.root / "bob").write_text("no folder")
    async with server(chosen) as port:
        assert (chosen.root / "alice").is_dir()
        assert await listed(port, "alice", "for alice") == []


@pytest.mark.parametrize(
    ("user", "password"),
    [("alice", "for:bob"), ("alice", PASSWORD), ("bob", "for"), ("foo", "for alice"),
     ("carol", "for alice"), ("", PASSWORD), ("alice", "")],
)  # fmt: skip
async def test_a_password_fits_its_own_user_alone(tmp_path: Path, user: str, password: str) -> None:
    async with server(several(tmp_path)) as port:
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(port, password, user)


async def test_a_key_fits_its_own_user_alone(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    keys = tmp_path / "user-alice"
    keys.write_bytes(key.export_public_key())
    alice = User(name="alice", folder="alice", authorized_keys_file=keys)
    bob = User(name="bob", folder="bob", authorized_keys_file=tmp_path / "user-bob")
    async with server(settings(tmp_path, others=(alice, bob))) as port:
        async with await connect(port, None, "alice", key):
            pass
        for user in ("bob", "foo"):
            with pytest.raises(asyncssh.PermissionDenied):
                await connect(port, None, user, key)


async def test_a_link_in_the_place_of_a_users_folder_leads_nowhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    chosen = several(tmp_path)
    (tmp_path / "drop" / "alice").symlink_to(outside)
    async with server(chosen) as port:
        with pytest.raises((asyncssh.SFTPError, asyncssh.ConnectionLost, OSError)):
            await put(port, "alice", "for alice", "a.csv")
    assert not list(outside.iterdir())


async def test_a_session_leaves_no_open_folder_behind(tmp_path: Path) -> None:
    async with server(several(tmp_path)) as port:
        await listed(port, "alice", "for alice")
        before = opened()
        for _ in range(5):
            await listed(port, "alice", "for alice")
        assert opened() <= before + 1


def test_other_users_are_read_from_the_environment(tmp_path: Path) -> None:
    chosen = several(tmp_path)
    environment = {
        "SFTP_USERNAME": "foo",
        "SFTP_PASSWORD_FILE": str(chosen.password_file),
        "SFTP_ROOT": str(chosen.root),
        "SFTP_HOST_KEY_DIR": str(chosen.host_key_dir),
        "SFTP_USERS": "alice,bob",
    }
    with pytest.raises(SettingsError, match="SFTP_USERS"):
        settings_module.read(environment)
    environment |= {
        "SFTP_USERS_FILE": str(tmp_path / "users"),
        "SFTP_USERS_KEYS_DIR": str(tmp_path),
    }
    found = settings_module.read(environment)
    assert [user.name for user in found.users] == ["foo", "alice", "bob"]
    assert found.others[0].authorized_keys_file == tmp_path / "user-alice"
