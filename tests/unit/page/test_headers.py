"""What every answer carries."""

import re

import pytest

from streaminglab_page.web.live import MOST_STREAMS
from tests.unit.page.page_lab import Browser

PATHS = (
    "/",
    "/login",
    "/session",
    "/healthz",
    "/ready",
    "/static/main.js",
    "/static/nothing",
    "/x",
    "/events",
)


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_keeps_other_sites_out(visitor: Browser, path: str) -> None:
    headers = (await visitor.get(path)).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Server"] == "streaminglab"


async def test_nothing_is_kept_but_what_is_the_same_for_all(reader: Browser) -> None:
    for path in ("/", "/login", "/session", "/x"):
        assert (await reader.get(path)).headers["Cache-Control"] == "no-store"
    assert (await reader.get("/static/main.js")).headers["Cache-Control"] == "no-cache"


async def test_pages_hold_no_script_and_no_style_of_their_own(reader: Browser) -> None:
    for page in ((await reader.get("/")).text, (await reader.get("/login")).text):
        assert not re.search(r"<style|style=|\son\w+=|javascript:", page)
        assert set(re.findall(r"<script[^>]*>([^<]*)", page)) <= {""}


async def test_a_file_is_sent_once(visitor: Browser) -> None:
    first = await visitor.get("/static/page.css")
    assert first.headers["Content-Type"] == "text/css; charset=utf-8"
    again = await visitor.get("/static/page.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.text) == (304, "")
    other = await visitor.get("/static/page.css", headers={"If-None-Match": '"other"'})
    assert other.status == 200


@pytest.mark.parametrize(
    "name", ["..%2F__main__.py", "%2e%2e/words.py", "words.en.js%00", "login.html"]
)
async def test_no_name_leads_out_of_the_static_files(visitor: Browser, name: str) -> None:
    assert (await visitor.get(f"/static/{name}")).status == 404


async def test_the_probe_needs_no_login_and_no_api_server(visitor: Browser) -> None:
    assert (await visitor.get("/healthz")).text == "ok\n"


async def test_a_crowd_is_asked_to_wait(reader: Browser) -> None:
    streams = [await reader.session.get(f"{reader.url}/events") for _ in range(MOST_STREAMS)]
    assert {stream.status for stream in streams} == {200}
    answer = await reader.get("/events")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "15")
    for stream in streams:
        stream.close()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de,fr;q=0.5", "fr"),
        ("de", "en"),
        ("fr;q=0.1,en;q=0.2", "en"),
        ("fr;q=x", "en"),
        ("fr;q=.", "fr"),
        ("", "en"),
        ("," * 5000, "en"),
    ],
)
async def test_the_language_is_the_browsers(visitor: Browser, accepted: str, language: str) -> None:
    page = await visitor.get("/login", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in page.text


async def test_the_switch_wins_over_the_browser(visitor: Browser) -> None:
    english = {"Accept-Language": "en"}
    assert (await visitor.get("/language/fr")).headers["Location"] == "/"
    page = await visitor.get("/login", headers=english)
    assert "Se connecter" in page.text
    assert (await visitor.get("/language/de")).status == 404
