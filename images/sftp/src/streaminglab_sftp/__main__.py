"""Serve until SIGTERM: `python3 -m streaminglab_sftp`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

import asyncssh

from streaminglab_base import program
from streaminglab_base.stopping import Stopping
from streaminglab_base.throttle import Throttle
from streaminglab_sftp import hostkeys, settings, uploads
from streaminglab_sftp.beneath import Folder
from streaminglab_sftp.files import DropFolder
from streaminglab_sftp.login import Login
from streaminglab_sftp.settings import Settings

log = logging.getLogger("streaminglab_sftp")

LOGIN_SECONDS = 30
KEEPALIVE_SECONDS = 60
EXIT_SETTINGS = 2


def make_folders(root: Folder, chosen: Settings) -> None:
    """A folder for each, before anybody logs in: a connector that reads one finds it."""
    for user in chosen.others:
        try:
            root.of(user.folder).close()
        except OSError as error:
            log.error("the user %s has no folder: %s", user.name, error.strerror)


async def listen(chosen: Settings) -> asyncssh.SSHAcceptor:
    """Start to serve; port 0 takes any."""
    throttle, root = Throttle(), Folder(chosen.root)
    make_folders(root, chosen)
    folders = {user.name: user.folder for user in chosen.users}
    return await asyncssh.create_server(
        lambda: Login(chosen, throttle),
        chosen.address,
        chosen.port,
        server_host_keys=hostkeys.load(chosen.host_key_dir),
        sftp_factory=lambda channel: DropFolder(
            channel, root.of(folders[channel.get_extra_info("username")])
        ),
        # No session_factory: a shell, a command, scp, a terminal are refused by asyncssh, and so is
        # each kind of forwarding, because Login allows none.
        allow_scp=False,
        agent_forwarding=False,
        x11_forwarding=False,
        line_editor=False,
        gss_host=None,
        login_timeout=LOGIN_SECONDS,
        keepalive_interval=KEEPALIVE_SECONDS,
    )


async def serve(chosen: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    swept = uploads.sweep(chosen.root)
    acceptor = await listen(chosen)
    log.info(
        "%s may log in on port %d; host keys %s; %d unfinished uploads removed",
        ", ".join(user.name for user in chosen.users), chosen.port,
        ", ".join(key.get_fingerprint() for key in hostkeys.load(chosen.host_key_dir)), swept,
    )  # fmt: skip
    await stop.wait()
    acceptor.close()
    log.info("stopped")


def main() -> int:
    """2 when the settings cannot work."""
    return program.serve("sftp", _work, stopped=0, refused=EXIT_SETTINGS)


def _work(_stopping: Stopping) -> int:
    # asyncio's loop takes the signals over from Stopping: a wait for a client ends at once.
    logging.getLogger("asyncssh").setLevel(logging.ERROR)
    # Connect, the same user, may have to move what is dropped here.
    os.umask(0o007)
    asyncio.run(serve(settings.read()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
