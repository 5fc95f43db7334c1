"""Every client of a lab gets new credentials on the real cluster, and no record is lost."""

from __future__ import annotations

import base64
from typing import Any

from tests.e2e.cluster import SMALL, LabHandle
from tests.terminal import Terminal
from tools.pages import put, typed

EQUAL = (600, 600, 600)
SPEC: dict[str, Any] = {**SMALL, "postgresql": {}}
STAYS = {"influxdb-username", "influxdb-admin-token"}
LOGIN = 'PGPASSWORD="$(cat)" psql -h 127.0.0.1 -U datamanager transform -tAc "SELECT 1"'


def values(lab: LabHandle) -> dict[str, str]:
    """The lab's credentials, decoded."""
    data = lab.get("secret", f"{lab.name}-credentials")["data"]
    return {k: base64.b64decode(v).decode() for k, v in data.items()}


def rotate(lab: LabHandle, terminal: Terminal, word: str) -> None:
    """Ask for new credentials, and wait until the old ones are of no use."""
    command = typed("docs/troubleshooting.md", "kubectl annotate slab meteo --overwrite")
    terminal.type(put(command, {"$(date +%s)": word}))
    lab.until(lambda: done(lab, word), f"rotation {word} is done")
    lab.wait("Ready")


def done(lab: LabHandle, word: str) -> bool:
    """Whether the status says that this rotation is done."""
    said = lab.get()["status"].get("credentials", {})
    return said.get("rotation") == word and bool(said.get("rotated"))


def logs_in(lab: LabHandle, password: str) -> bool:
    """Whether PostgreSQL takes a password, by TCP, as clients come."""
    said = lab.kubectl(
        "exec", "-n", lab.namespace, "-i", f"{lab.name}-postgresql-0", "-c", "postgresql", "--",
        "sh", "-c", f"printf %s '{password}' | {{ {LOGIN}; }}", check=False,
    )  # fmt: skip
    return said.returncode == 0 and said.stdout.strip() == "1"


def signs_in(lab: LabHandle, password: str) -> bool:
    """Whether InfluxDB takes a password of its own user, asked from a pod with Python."""
    login = base64.b64encode(f"admin:{password}".encode()).decode()
    url = f"http://{lab.name}-influxdb:8086/api/v2/signin"
    headers = {"Authorization": f"Basic {login}"}
    program = (
        "from urllib.request import Request, urlopen\n"
        f"urlopen(Request({url!r}, b'', {headers!r}), timeout=10)\n"
    )
    pod = lab.pod("producer")
    command = ("exec", "-i", "-n", lab.namespace, pod, "--", "python3", "-")
    said = lab.kubectl(*command, stdin=program, check=False)
    assert said.returncode == 0 or "HTTP Error 401" in said.stderr, said.stderr
    return said.returncode == 0


def test_a_rotation_gives_every_client_new_credentials_and_loses_nothing(
    lab: LabHandle, terminal: Terminal
) -> None:
    lab.apply(SPEC)
    lab.wait("Ready")
    before = values(lab)
    jobs = {j["metadata"]["uid"] for j in lab.items("jobs") if "-inject-" in j["metadata"]["name"]}
    for word in ("first", "second"):
        rotate(lab, terminal, word)
        after = values(lab)
        assert {k for k in before if before[k] == after[k]} == STAYS
        assert logs_in(lab, after["postgresql-password"])
        assert not logs_in(lab, before["postgresql-password"])
        assert signs_in(lab, after["influxdb-password"])
        assert not signs_in(lab, before["influxdb-password"])
        assert lab.counts() == EQUAL
        before = after
    assert jobs <= {j["metadata"]["uid"] for j in lab.items("jobs")}, "nothing is injected again"
    # What is written from now on goes the whole way with the new ones.
    lab.apply({**SPEC, "inject": {**SMALL["inject"], "seed": 7}})
    lab.until(lambda: lab.counts() == (1200, 1200, 1200), "600 more points everywhere")
    lab.wait("Ready")


def test_a_secret_that_is_deleted_or_spoilt_comes_back_the_same(lab: LabHandle) -> None:
    lab.apply(SPEC)
    lab.wait("Ready")
    before, name = values(lab), f"{lab.name}-credentials"
    lab.kubectl("delete", "secret", name, "-n", lab.namespace)
    note = "streaminglab.dev/rotate="
    lab.kubectl("annotate", "slab", lab.name, "-n", lab.namespace, "--overwrite", f"{note}look")
    lab.until(lambda: done(lab, "look"), "the rotation of a Secret that was gone")
    rotated = values(lab)
    assert rotated.keys() == before.keys()
    garbage = '{"data":{"postgresql-password":"Z2FyYmFnZQ==","influxdb-admin-token":null}}'
    lab.kubectl("patch", "secret", name, "-n", lab.namespace, "--type=merge", "-p", garbage)
    # No watch tells the operator of a Secret; any edit of the lab makes it look.
    look = "example.org/note=look"
    lab.kubectl("annotate", "slab", lab.name, "-n", lab.namespace, "--overwrite", look)
    lab.until(lambda: values(lab) == rotated, "what was spoilt is put back")
    assert logs_in(lab, rotated["postgresql-password"])
    lab.wait("Ready")
    assert lab.counts() == EQUAL
