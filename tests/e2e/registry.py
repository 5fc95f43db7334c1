"""A registry as a site has one: TLS by a private CA, and a login."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.patience import PATIENCE
from tools.artifacts import get
from tools.machine.ports import free_port
from tools.shell.progress import wait_until
from tools.shell.run import call

USERNAME = "puller"
PASSWORD = "lab-pull"
# bcrypt, cost 4: the one form that the server reads.
# https://distribution.github.io/distribution/about/configuration/#htpasswd
_HTPASSWD = f"{USERNAME}:$2b$04$KZxPI7dOHbnta37F92j26OsFc854K/xdTs8OnmnLT.UjlxkwAPjme\n"
START_SECONDS = PATIENCE


@dataclass(frozen=True)
class Served:
    """``host``: address and port; ``ca``: the file with the CA's certificate."""

    host: str
    ca: Path


@contextmanager
def registry(address: str, folder: Path) -> Iterator[Served]:
    """An empty one at an address of this machine, as long as it is needed."""
    host = f"{address}:{free_port()}"
    served = Served(host, _certificates(address, folder))
    (folder / "htpasswd").write_text(_HTPASSWD)
    (folder / "registry.json").write_text(_config(host, folder))
    words: list[str | Path] = [
        get("registry") / "bin" / "registry",
        "serve",
        folder / "registry.json",
    ]
    with (folder / "registry.log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            wait_until("the registry answers", lambda: _answers(served), START_SECONDS)
            yield served
        finally:
            process.terminate()
            process.wait(timeout=30)


def _config(host: str, folder: Path) -> str:
    """As JSON, which is YAML too."""
    tls = {"certificate": str(folder / "server.crt"), "key": str(folder / "server.key")}
    return json.dumps(
        {
            "version": 0.1,
            "log": {"level": "warn"},
            "storage": {"filesystem": {"rootdirectory": str(folder / "blobs")}},
            "http": {"addr": host, "tls": tls},
            "auth": {"htpasswd": {"realm": "lab", "path": str(folder / "htpasswd")}},
        }
    )


def _certificates(address: str, folder: Path) -> Path:
    """A CA, and the server's certificate by it: openssl-req(1) of OpenSSL 3."""
    new: list[str | Path] = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
    ]
    ca, key = folder / "ca.crt", folder / "ca.key"
    call([*new, "-subj", "/CN=a private CA", "-keyout", key, "-out", ca])
    by: list[str | Path] = ["-CA", ca, "-CAkey", key, "-subj", "/CN=registry"]
    for extension in (f"subjectAltName=IP:{address}", "basicConstraints=critical,CA:FALSE"):
        by += ["-addext", extension]
    call([*new, *by, "-keyout", folder / "server.key", "-out", folder / "server.crt"])
    return ca


def _answers(served: Served) -> bool:
    """Whether it speaks TLS by its CA."""
    address, _, port = served.host.rpartition(":")
    context = ssl.create_default_context(cafile=str(served.ca))
    try:
        with socket.create_connection((address, int(port)), timeout=2) as plain:
            context.wrap_socket(plain, server_hostname=address).close()
    except OSError:
        return False
    return True
