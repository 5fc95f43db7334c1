"""Settings from the environment, and the program from its start to its end."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from streaminglab_page.settings import SettingsError, read
from tests.patience import PATIENCE
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.page_lab import settings

ENVIRONMENT = {
    "PAGE_LAB": "meteo",
    "PAGE_NAMESPACE": "user-alice",
    "PAGE_PASSWORD_FILE": "/login/page-password",
    "PAGE_KEYS": "a-password,b.token",
    "KUBERNETES_SERVICE_HOST": "10.0.0.1",
    "KUBERNETES_SERVICE_PORT": "6443",
}


def test_what_a_chart_sets_is_enough() -> None:
    found = read(ENVIRONMENT)
    assert (found.lab, found.namespace, found.port) == ("meteo", "user-alice", 8080)
    assert found.secret == "meteo-credentials"
    assert found.keys == ("a-password", "b.token")
    assert found.server == "https://10.0.0.1:6443"
    assert str(found.account) == "/var/run/secrets/kubernetes.io/serviceaccount"


def test_exercises_come_along_or_are_in_a_folder() -> None:
    assert read(ENVIRONMENT).exercises == read(ENVIRONMENT).exercises_config_map == ""
    found = read({**ENVIRONMENT, "PAGE_EXERCISES": "000", "PAGE_EXERCISES_CONFIG_MAP": "mine"})
    assert (found.exercises, found.exercises_config_map) == ("000", "mine")
    assert str(found.exercises_folder) == "/etc/streaminglab/exercises"


def test_an_address_of_ipv6_is_put_in_brackets() -> None:
    assert read({**ENVIRONMENT, "KUBERNETES_SERVICE_HOST": "fd00::1"}).server == (
        "https://[fd00::1]:6443"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAGE_LAB", ""),
        ("PAGE_NAMESPACE", " "),
        ("PAGE_PASSWORD_FILE", ""),
        ("PAGE_KEYS", "../token"),
        ("PAGE_KEYS", "a,/etc/passwd"),
        ("PAGE_KEYS", "a..b"),
        ("PAGE_PORT", "http"),
        ("PAGE_PORT", "65536"),
        ("PAGE_EXERCISES", "../000"),
        ("KUBERNETES_SERVICE_HOST", ""),
    ],
)
def test_a_mistake_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read({**ENVIRONMENT, name: value})


def environment(folder: Path, server: str) -> dict[str, str]:
    chosen = settings(folder, server)
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PAGE_LAB": chosen.lab,
        "PAGE_NAMESPACE": chosen.namespace,
        "PAGE_PASSWORD_FILE": str(chosen.password_file),
        "PAGE_CREDENTIALS": str(chosen.credentials),
        "PAGE_ACCOUNT": str(chosen.account),
        "PAGE_API_SERVER": server,
        "PAGE_PORT": "0",
    }


async def started(reported: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "streaminglab_page", env=reported, stdout=asyncio.subprocess.PIPE
    )


async def test_the_program_serves_until_it_is_told_to_end(kube: KubeServer, tmp_path: Path) -> None:
    program = await started(environment(tmp_path, kube.url))
    assert program.stdout
    async with asyncio.timeout(PATIENCE):
        line = (await program.stdout.readline()).decode()
        assert "the page of lab user-alice/meteo is on port" in line
        await kube.until(lambda: kube.watches > 0)
        program.send_signal(signal.SIGTERM)
        assert await program.wait() == 0


async def test_the_program_refuses_settings_that_cannot_work(tmp_path: Path) -> None:
    program = await started({**environment(tmp_path, "http://127.0.0.1:1"), "PAGE_LAB": ""})
    async with asyncio.timeout(PATIENCE):
        reported, _ = await program.communicate()
    assert program.returncode == 2
    assert b"PAGE_LAB is not set" in reported
