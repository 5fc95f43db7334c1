"""A real SFTP server on loopback, and ordinary clients of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh

from streaminglab_sftp.__main__ import listen
from streaminglab_sftp.settings import Settings

PASSWORD = "ein langes Passwort"


def settings(folder: Path, **changes: object) -> Settings:
    """Settings below a temporary folder, with a password."""
    for name in ("drop", "keys"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "password").write_text(f"{PASSWORD}\n")
    plain: dict[str, object] = {
        "username": "foo",
        "root": folder / "drop",
        "host_key_dir": folder / "keys",
        "password_file": folder / "password",
        "address": "127.0.0.1",
        "port": 0,
    }
    return Settings(**{**plain, **changes})  # type: ignore[arg-type]


@asynccontextmanager
async def server(chosen: Settings) -> AsyncIterator[int]:
    """A server; its port."""
    acceptor = await listen(chosen)
    try:
        yield acceptor.get_port()
    finally:
        acceptor.close()
        await acceptor.wait_closed()


async def connect(
    port: int,
    password: str | None = PASSWORD,
    user: str = "foo",
    key: asyncssh.SSHKey | None = None,
) -> asyncssh.SSHClientConnection:
    """Log in as a client that knows nothing but what it is given."""
    return await asyncssh.connect(
        "127.0.0.1", port, username=user, password=password, known_hosts=None, config=None,
        client_keys=[key] if key else None, agent_path=None,
        preferred_auth="publickey" if key else "password",
    )  # fmt: skip


@asynccontextmanager
async def session(folder: Path, **changes: object) -> AsyncIterator[asyncssh.SFTPClient]:
    """A server and one client that is logged in."""
    async with server(settings(folder, **changes)) as port:
        connection = await connect(port)
        async with connection, connection.start_sftp_client() as client:
            yield client
