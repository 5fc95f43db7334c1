"""A real API server with its etcd on loopback: up in seconds, no node, no root.

Only a real API server can say whether it takes the CRD (the cost of its rules included) and how
its CEL reads a spec.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.artifacts import get
from tools.machine.ports import free_ports

TOKEN = "loopback-only"
START_SECONDS = 90
REQUEST_SECONDS = 30
KEPT_SECONDS = 45.0
"""The API server hangs up on a connection that nobody has used for 90 s (IdleTimeout in its
secure_serving.go), which other tests may take on a busy machine: the next request then met a
closed connection (RemoteDisconnected, or SSLEOFError where it was just being closed)."""
JSON_TYPES = defaultdict(lambda: "application/json", PATCH="application/merge-patch+json")


@dataclass(frozen=True)
class Answer:
    """The API server's answer: HTTP status and the object, or a Status with its causes."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether the request was let in; anything but yes or a plain refusal is a failure."""
        if self.status not in (200, 201, 400, 422):
            raise AssertionError(f"unexpected answer {self.status}: {self.body}")
        return self.status in (200, 201)

    @property
    def message(self) -> str:
        """The API server's own words for a refusal."""
        return str(self.body.get("message", ""))


class Client:
    """A minimal client over one connection, which is kept as long as the server surely keeps it."""

    def __init__(self, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.port = port
        self._clock, self._used = clock, clock()
        # The certificate was made by the server itself a moment ago, on this machine.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._connection = http.client.HTTPSConnection(
            "127.0.0.1", port, context=context, timeout=REQUEST_SECONDS
        )

    def call(
        self, method: str, path: str, body: Any = None, user: str = "", *, kind: str = ""
    ) -> Answer:
        """One request with a JSON body; ``user``: as whom, if not as the administrator; ``kind``:
        its content type, if not the usual one."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind or JSON_TYPES[method]}
        headers |= {"Impersonate-User": user} if user else {}
        if self._clock() - self._used > KEPT_SECONDS:
            self._connection.close()  # The next request opens another one.
        try:
            self._connection.request(method, path, json.dumps(body) if body else None, headers)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        finally:
            self._used = self._clock()
        plain = not text.startswith(b"{")
        found = {"message": text.decode()} if plain else json.loads(text)
        said = {name.lower(): text for name, text in response.getheaders()}
        return Answer(response.status, found, said)


@contextlib.contextmanager
def control_plane(directory: Path) -> Iterator[Client]:
    """etcd and kube-apiserver with all their files in `directory`, stopped at the end."""
    etcd_port, peer_port, port = free_ports(3)
    etcd = f"http://127.0.0.1:{etcd_port}"
    peer = f"http://127.0.0.1:{peer_port}"
    (directory / "tokens.csv").write_text(f"{TOKEN},admin,1,system:masters\n")
    key = directory / "service-account.key"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
    commands = {
        "etcd": [
            str(get("etcd") / "bin" / "etcd"),
            f"--data-dir={directory / 'etcd'}",
            f"--listen-client-urls={etcd}",
            f"--advertise-client-urls={etcd}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--unsafe-no-fsync",
        ],
        "kube-apiserver": [
            str(get("kubernetes") / "bin" / "kube-apiserver"),
            f"--etcd-servers={etcd}",
            "--bind-address=127.0.0.1",
            f"--secure-port={port}",
            f"--cert-dir={directory / 'certs'}",
            f"--token-auth-file={directory / 'tokens.csv'}",
            "--authorization-mode=AlwaysAllow",
            "--disable-admission-plugins=ServiceAccount",
            "--service-account-issuer=https://loopback.invalid",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            "--service-cluster-ip-range=10.0.0.0/24",
        ],
    }
    with contextlib.ExitStack() as stack:
        for name, command in commands.items():
            stack.enter_context(_running(command, directory / f"{name}.log"))
        client = Client(port)
        _wait_ready(client, directory / "kube-apiserver.log")
        yield client


def kubeconfig(directory: Path, port: int) -> Path:
    """A kubeconfig with a token, as kind and clouds write it."""
    # The server made its certificate itself, and signed it by an authority in the same file.
    authority = str(directory / "certs" / "apiserver.crt")
    cluster = {"server": f"https://127.0.0.1:{port}", "certificate-authority": authority}
    document = {
        "apiVersion": "v1", "kind": "Config", "current-context": "here",
        "clusters": [{"name": "here", "cluster": cluster}],
        "users": [{"name": "here", "user": {"token": TOKEN}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "here"}}],
    }  # fmt: skip
    path = directory / "kubeconfig"
    path.write_text(json.dumps(document))
    return path


@contextlib.contextmanager
def _running(command: list[str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_ready(client: Client, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if client.call("GET", "/readyz").status == http.HTTPStatus.OK:
                return
        time.sleep(0.2)
    raise AssertionError(f"no API server after {START_SECONDS} s: {log.read_text()[-2000:]}")
