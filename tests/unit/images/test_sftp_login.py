"""Who may log in to the SFTP server, and what else is refused."""

from __future__ import annotations

import asyncio
import logging
import socket
from pathlib import Path

import asyncssh
import pytest

from streaminglab_base.throttle import FIRST_PAUSE, LIMIT, LOCK_SECONDS, REMEMBERED, Throttle
from streaminglab_sftp import hostkeys, login
from streaminglab_sftp import settings as settings_module
from streaminglab_sftp.settings import SettingsError
from tools.machine.ports import free_port

from .sftp_lab import PASSWORD, connect, server, session, settings


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Throttle, "failed", lambda self, address: 0 * _failed(self, address))


_failed = Throttle.failed


async def test_the_right_password_lets_in(tmp_path: Path) -> None:
    async with session(tmp_path) as client:
        assert await client.realpath(".") == "/"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_a_server_that_is_told_no_address_listens_on_all(
    tmp_path: Path, address: str
) -> None:
    """As in a pod, which may have one of IPv6 alone."""
    port = free_port()
    async with server(settings(tmp_path, address="", port=port)):
        await asyncio.to_thread(lambda: socket.create_connection((address, port), 5).close())


@pytest.mark.parametrize(
    ("user", "password"),
    [("foo", "wrong"), ("foo", ""), ("bar", PASSWORD), ("foo", PASSWORD + "x")],
)
async def test_a_wrong_user_or_password_is_refused(
    tmp_path: Path, user: str, password: str
) -> None:
    async with server(settings(tmp_path)) as port:
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(port, password, user)


async def test_an_empty_password_file_lets_nobody_in(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    (tmp_path / "password").write_text("\n")
    async with server(chosen) as port:
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(port, "")


async def test_a_changed_password_counts_at_once(tmp_path: Path) -> None:
    async with server(settings(tmp_path)) as port:
        (tmp_path / "password").write_text("new one")
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(port)
        async with await connect(port, "new one"):
            pass


async def test_an_authorized_key_lets_in_and_another_does_not(tmp_path: Path) -> None:
    key, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    (tmp_path / "authorized").write_bytes(key.export_public_key())
    chosen = settings(tmp_path, authorized_keys_file=tmp_path / "authorized", password_file=None)
    async with server(chosen) as port:
        async with await connect(port, None, key=key):
            pass
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(port, None, key=other)
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(port, PASSWORD)


async def test_a_key_does_not_let_in_another_user(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "authorized").write_bytes(key.export_public_key())
    chosen = settings(tmp_path, authorized_keys_file=tmp_path / "authorized")
    async with server(chosen) as port:
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(port, None, "bar", key)


async def test_damaged_authorized_keys_are_told_and_let_nobody_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "authorized").write_text("ssh-ed25519 nonsense")
    key = asyncssh.generate_private_key("ssh-ed25519")
    chosen = settings(tmp_path, authorized_keys_file=tmp_path / "authorized")
    async with server(chosen) as port:
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(port, None, key=key)
    assert "no key is accepted" in caplog.text


async def test_after_too_many_wrong_passwords_not_even_the_right_one_is_taken(
    tmp_path: Path,
) -> None:
    async with server(settings(tmp_path)) as port:
        for _ in range(LIMIT):
            with pytest.raises(asyncssh.PermissionDenied):
                await connect(port, "wrong")
        with pytest.raises((asyncssh.PermissionDenied, asyncssh.DisconnectError)):
            await connect(port)


async def test_a_shell_a_command_and_forwarding_are_refused(tmp_path: Path) -> None:
    async with server(settings(tmp_path)) as port, await connect(port) as connection:
        for command in (None, "id", "scp -f /etc/passwd"):
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.create_process(command)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", port)
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", port)


async def test_log_lines_name_who_and_where_and_hold_no_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with server(settings(tmp_path)) as port:
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(port, "a wrong secret")
        async with await connect(port):
            pass
    assert "wrong user or password from 127.0.0.1" in caplog.text
    assert "foo at 127.0.0.1 logged in by password" in caplog.text
    assert PASSWORD not in caplog.text
    assert "a wrong secret" not in caplog.text


def test_texts_of_any_length_are_compared() -> None:
    assert login.same("é", "é")
    assert not login.same("", "x")


def test_an_address_is_locked_for_a_while_and_alone() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for _ in range(LIMIT):
        assert throttle.locked("a") == 0
        _failed(throttle, "a")
    assert throttle.locked("a") == LOCK_SECONDS
    assert throttle.locked("b") == 0
    now[0] = LOCK_SECONDS
    assert throttle.locked("a") == 0


def test_each_wrong_password_is_answered_later_than_the_one_before() -> None:
    throttle = Throttle(lambda: 0)
    assert [_failed(throttle, "a") for _ in range(3)] == [
        FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE,
    ]  # fmt: skip


def test_a_login_forgives_and_memory_is_bounded() -> None:
    throttle = Throttle(lambda: 0)
    _failed(throttle, "a")
    throttle.succeeded("a")
    assert _failed(throttle, "a") == FIRST_PAUSE
    for number in range(REMEMBERED + 10):
        _failed(throttle, str(number))
    assert len(throttle._failures) == REMEMBERED


def test_host_keys_are_kept_and_private(tmp_path: Path) -> None:
    first = [key.get_fingerprint() for key in hostkeys.load(tmp_path)]
    assert [key.get_fingerprint() for key in hostkeys.load(tmp_path)] == first
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_damaged_host_key_stops_the_server(tmp_path: Path) -> None:
    (tmp_path / "ssh_ed25519_host_key").write_text("half")
    with pytest.raises(SettingsError, match="ssh_ed25519_host_key cannot be read"):
        hostkeys.load(tmp_path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SFTP_USERNAME": ""}, "SFTP_USERNAME is not set"),
        ({"SFTP_PASSWORD_FILE": ""}, "nobody could log in"),
        ({"SFTP_PASSWORD_FILE": "/nowhere"}, "SFTP_PASSWORD_FILE: /nowhere is not a file"),
        ({"SFTP_ROOT": "/nowhere"}, "SFTP_ROOT: /nowhere is not a folder"),
        ({"SFTP_PORT": "ssh"}, "SFTP_PORT: `ssh` is not a port"),
    ],
)
def test_a_setting_that_cannot_work_is_named(
    tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    (tmp_path / "password").write_text("x")
    good = {
        "SFTP_USERNAME": "foo", "SFTP_ROOT": str(tmp_path), "SFTP_HOST_KEY_DIR": str(tmp_path),
        "SFTP_PASSWORD_FILE": str(tmp_path / "password"),
    }  # fmt: skip
    assert settings_module.read(good).port == 2222
    with pytest.raises(SettingsError, match=said):
        settings_module.read({**good, **changes})
