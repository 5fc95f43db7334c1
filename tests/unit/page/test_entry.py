"""Coming in and leaving: one password, few tries, a cookie that nobody else can use."""

from pathlib import Path

import pytest

from streaminglab_base.throttle import LIMIT
from streaminglab_page.sessions import SECONDS, Sessions
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.page_lab import PASSWORD, Browser, visited


async def test_who_is_not_logged_in_sees_a_form_and_nothing_of_the_lab(visitor: Browser) -> None:
    first = await visitor.get("/")
    assert (first.status, first.headers["Location"]) == (303, "/login")
    assert "kafka" not in (await visitor.get("/login")).text
    assert (await visitor.get("/events")).status == 401
    assert (await visitor.post("/credentials/kafka-ui-password")).status == 401
    assert (await visitor.post("/logout", data={"csrf": ""})).status == 401
    assert (await visitor.get("/session")).text == '{"inside": false}'


async def test_the_password_lets_in(visitor: Browser) -> None:
    answer = await visitor.log_in()
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert "user-alice" in (await visitor.get("/")).text
    assert (await visitor.get("/login")).headers["Location"] == "/"
    assert (await visitor.get("/session")).text == '{"inside": true}'


@pytest.mark.parametrize("wrong", ["", "x", PASSWORD.upper(), f"{PASSWORD} ", "é", "\udcff"])
async def test_another_word_does_not(visitor: Browser, wrong: str) -> None:
    answer = await visitor.log_in(wrong.encode("utf-8", "replace").decode())
    assert answer.status == 401
    assert "This is not the password." in answer.text
    assert not answer.cookies
    assert (await visitor.get("/")).status == 303


async def test_without_a_form_nobody_comes_in(visitor: Browser) -> None:
    assert (await visitor.post("/login")).status == 401
    assert (await visitor.post("/login", data={"password": "x" * 10_000})).status == 413


async def test_guessing_is_stopped_and_said(visitor: Browser) -> None:
    for _ in range(LIMIT):
        assert (await visitor.log_in("wrong")).status == 401
    answer = await visitor.log_in()
    assert answer.status == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "wait a minute" in answer.text


async def test_behind_a_proxy_one_guesser_does_not_lock_out_another(visitor: Browser) -> None:
    mallory, alice = ({"X-Forwarded-For": f"10.9.9.9, {ip}"} for ip in ("192.0.2.1", "192.0.2.2"))
    for _ in range(LIMIT):
        await visitor.log_in("wrong", **mallory)
    assert (await visitor.log_in(PASSWORD, **mallory)).status == 429
    assert (await visitor.log_in(PASSWORD, **alice)).status == 303


async def test_new_names_for_oneself_do_not_help_to_guess(visitor: Browser) -> None:
    for number in range(60):
        last = await visitor.log_in("wrong", **{"X-Forwarded-For": f"192.0.2.{number}"})
    assert last.status == 429


async def test_the_cookie_is_for_this_site_alone(visitor: Browser) -> None:
    (cookie,) = (await visitor.log_in()).cookies.values()
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert not cookie["secure"]
    assert PASSWORD not in cookie.value


async def test_over_https_the_cookie_goes_over_https_only(visitor: Browser) -> None:
    (cookie,) = (await visitor.log_in(PASSWORD, **{"X-Forwarded-Proto": "https"})).cookies.values()
    assert cookie["secure"] is True


async def test_after_the_log_out_a_copy_of_the_cookie_opens_nothing(visitor: Browser) -> None:
    (cookie,) = (await visitor.log_in()).cookies.values()
    csrf = (await visitor.get("/")).csrf
    answer = await visitor.post("/logout", data={"csrf": csrf})
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert (await visitor.get("/")).status == 303
    copy = {"Cookie": f"{cookie.key}={cookie.value}"}
    assert (await visitor.get("/events", headers=copy)).status == 401


async def test_a_log_out_that_another_site_sends_does_nothing(reader: Browser) -> None:
    csrf = (await reader.get("/")).csrf
    foreign = {"Sec-Fetch-Site": "same-site"}
    assert (await reader.post("/logout", data={"csrf": csrf}, headers=foreign)).status == 403
    assert (await reader.post("/logout", data={"csrf": "wrong"})).status == 403
    assert (await reader.get("/")).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://evil.example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 303),
    ],
)
async def test_a_form_counts_only_from_the_page_itself(
    visitor: Browser, headers: dict[str, str], status: int
) -> None:
    assert (await visitor.log_in(PASSWORD, **headers)).status == status


async def test_the_pages_own_origin_is_known_by_its_host(visitor: Browser) -> None:
    assert (await visitor.log_in(PASSWORD, Origin=visitor.url)).status == 303


async def test_a_new_password_ends_every_session(kube: KubeServer, tmp_path: Path) -> None:
    async with visited(tmp_path, kube) as visitor:
        await visitor.log_in()
        (tmp_path / "login" / "page-password").write_text("another")
        assert (await visitor.get("/")).status == 303
        assert (await visitor.log_in()).status == 401
        assert (await visitor.log_in("another")).status == 303


async def test_a_session_outlives_a_restart_of_the_page(kube: KubeServer, tmp_path: Path) -> None:
    async with visited(tmp_path, kube) as visitor:
        (cookie,) = (await visitor.log_in()).cookies.values()
    async with visited(tmp_path, kube) as visitor:
        known = {"Cookie": f"{cookie.key}={cookie.value}"}
        assert (await visitor.get("/", headers=known)).status == 200


async def test_without_a_password_in_the_secret_nobody_comes_in(
    kube: KubeServer, tmp_path: Path
) -> None:
    async with visited(tmp_path, kube) as visitor:
        (tmp_path / "login" / "page-password").write_text("\n")
        answer = await visitor.log_in("")
        assert answer.status == 503
        assert "has no password for this page" in answer.text


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_after_half_a_day() -> None:
    clock = Clock()
    sessions = Sessions("a/b", clock)
    cookie = sessions.begin("secret")
    clock.now += SECONDS - 1
    assert sessions.find(cookie, "secret")
    clock.now += 1
    assert sessions.find(cookie, "secret") is None


def test_a_cookie_of_another_lab_or_password_is_none() -> None:
    cookie = Sessions("a/b").begin("secret")
    assert Sessions("a/b").find(cookie, "secret")
    assert Sessions("a/c").find(cookie, "secret") is None
    assert Sessions("a/b").find(cookie, "Secret") is None
    assert Sessions("a/b").find(cookie, "") is None


def test_no_part_of_a_cookie_can_be_changed() -> None:
    sessions = Sessions("a/b")
    cookie = sessions.begin("secret")
    name, end, signature = cookie.split(".")
    session = sessions.find(cookie, "secret")
    assert session
    forged = [
        f"{name}.{int(end) + 1}.{signature}",
        f"x{name}.{end}.{signature}",
        f"{name}.{end}.{signature[:-1]}",
        # The token of the page's forms, which its script knows, is no cookie.
        f"{name}.csrf.{session.csrf}",
        f"{name}.{end}.{session.csrf}",
        f"{name}.{end}",
        f"{name}.é.{signature}",
        "..",
        "",
    ]
    assert [sessions.find(one, "secret") for one in forged] == [None] * len(forged)


def test_each_session_has_a_token_of_its_own() -> None:
    sessions = Sessions("a/b")
    first, second = (sessions.find(sessions.begin("secret"), "secret") for _ in range(2))
    assert first
    assert second
    assert first.csrf != second.csrf
