"""No secret leaves the pod before somebody who is logged in asks for it by its name."""

import asyncio
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.labs import lab
from tests.unit.page.page_lab import PASSWORD, SECRETS, Browser

HIDDEN = (*SECRETS.values(), PASSWORD, "admin-secret-0000", "account-token-1234")
STATIC = ("main.js", "dom.js", "ways.js", "secret.js", "page.css", "words.en.js", "words.fr.js")


async def test_nothing_that_the_page_says_by_itself_holds_a_secret(
    visitor: Browser, kube: KubeServer
) -> None:
    for path in ("/", "/login", "/healthz", "/session", "/events", "/nowhere"):
        await visitor.get(path)
    await visitor.log_in("wrong")
    await visitor.log_in()
    for path in ("/", "/session", "/nowhere", *(f"/static/{name}" for name in STATIC)):
        await visitor.get(path)
    for path in ("/credentials/kafka-ui-password", "/credentials/nothing"):
        await visitor.get(path)
        await visitor.post(path)
    await visitor.state(lambda state: state["lab"] is not None)
    kube.refusal = (403, "no")
    kube.send(None)
    await visitor.state(lambda state: state["trouble"] is not None)
    reported = "\n".join(visitor.reported)
    assert "kafka-ui-password" in reported
    assert [secret for secret in HIDDEN if secret in reported] == []


async def ask(browser: Browser, key: str, csrf: str) -> tuple[int, str]:
    answer = await browser.post(f"/credentials/{key}", headers={"X-CSRF-Token": csrf})
    return answer.status, answer.text


@pytest.mark.parametrize("key", SECRETS)
async def test_a_button_gets_one_value(reader: Browser, key: str) -> None:
    csrf = (await reader.get("/")).csrf
    assert await ask(reader, key, csrf) == (200, f'{{"value": "{SECRETS[key]}"}}')
    reported = "\n".join(reader.reported)
    assert [value for value in HIDDEN if value in reported] == [SECRETS[key]]


async def test_a_value_is_given_to_nobody_elses_page(reader: Browser) -> None:
    csrf = (await reader.get("/")).csrf
    for token in ("", csrf[:-1], f"{csrf}0", "é"):
        assert (await ask(reader, "kafka-ui-password", token.encode().decode("latin1")))[0] == 403
    answer = await reader.post(
        "/credentials/kafka-ui-password",
        headers={"X-CSRF-Token": csrf, "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status == 403
    assert (await reader.get("/credentials/kafka-ui-password")).status == 405


@pytest.mark.parametrize(
    "key",
    [
        "influxdb-admin-token",  # in the folder, and not among the keys
        "influxdb-username",  # no secret, and shown anyway
        "page-password",
        "..%2Flogin%2Fpage-password",
        "..%2Faccount%2Ftoken",
        "%2Fetc%2Fpasswd",
        "nothing",
        "",
    ],
)
async def test_only_what_the_chart_names_can_be_had(reader: Browser, key: str) -> None:
    csrf = (await reader.get("/")).csrf
    status, text = await ask(reader, key, csrf)
    assert status == 404
    assert "value" not in text or "no value" in text


async def test_a_value_that_is_not_there_yet_is_had_as_soon_as_it_is(
    reader: Browser, tmp_path: Path
) -> None:
    csrf = (await reader.get("/")).csrf
    file = tmp_path / "credentials" / "kafka-ui-password"
    file.unlink()
    assert (await ask(reader, "kafka-ui-password", csrf))[0] == 404
    file.write_text("fresh\n")
    assert await ask(reader, "kafka-ui-password", csrf) == (200, '{"value": "fresh"}')


async def test_a_line_to_type_holds_the_name_of_a_key_and_not_its_value(reader: Browser) -> None:
    async with asyncio.timeout(PATIENCE):
        state = await reader.state(lambda state: state["lab"] is not None)
    (way,) = [w for w in state["lab"]["ways"] if w["name"] == "postgresql"]
    (key,) = way["keys"]
    assert key["line"] == (
        "kubectl -n user-alice get secret meteo-credentials "
        """-o go-template='{{index .data "postgresql-password" | base64decode}}'"""
    )


async def test_the_api_servers_token_goes_to_the_api_server_alone(
    reader: Browser, kube: KubeServer
) -> None:
    kube.put(lab())
    await reader.state(lambda state: state["lab"] is not None)
    given = {r.headers["Authorization"] for r in kube.requests}
    assert given == {"Bearer account-token-1234"}
