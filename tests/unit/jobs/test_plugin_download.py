"""Downloads from a real server on loopback: what is written, refused, or worth another try."""

import hashlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import OpenerDirector

import pytest

from streaminglab_base import download
from streaminglab_base.errors import JobError, Unavailable
from streaminglab_jobs.plugins import repository as maven
from tests.unit.jobs.plugin_server import Answer, Repository, nobody, serving

BODY = bytes(range(256)) * 1000
LIMIT = 1 << 20


@pytest.fixture
def repository() -> Iterator[Repository]:
    with serving() as found:
        yield found


def fetch(url: str, tmp_path: Path) -> download.Downloaded:
    return download.fetch(url, tmp_path / "file", LIMIT, lambda done, whole: None)


def test_a_file_arrives_with_its_checksums_and_tells_how_far_it_is(
    repository: Repository, tmp_path: Path
) -> None:
    reported: list[tuple[int, int]] = []
    url = repository.put("/x.jar", BODY)
    got = download.fetch(url, tmp_path / "x", LIMIT, lambda *now: reported.append(now))
    assert (tmp_path / "x").read_bytes() == BODY
    assert got.size == len(BODY)
    assert got.checksums == {n: hashlib.new(n, BODY).hexdigest() for n in maven.PUBLISHED}
    assert reported[-1] == (len(BODY), len(BODY))
    assert len(reported) > 1


def test_a_redirect_is_followed(repository: Repository, tmp_path: Path) -> None:
    repository.put("/there.jar", BODY)
    url = repository.put("/here.jar", Answer(b"", 302, {"Location": "/there.jar"}))
    assert fetch(url, tmp_path).size == len(BODY)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_anything_but_http_is_refused(
    repository: Repository, tmp_path: Path, target: str, status: int
) -> None:
    url = repository.put("/x.jar", Answer(b"", status, {"Location": target}))
    with pytest.raises(JobError, match="only http and https are followed") as caught:
        fetch(url, tmp_path)
    assert target in str(caught.value)
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_no_other_kind_of_address_is_ever_opened(tmp_path: Path, url: str) -> None:
    with pytest.raises(JobError, match="only http and https"):
        fetch(url, tmp_path)
    assert not (tmp_path / "file").exists()


def test_redirects_in_a_circle_end(repository: Repository, tmp_path: Path) -> None:
    url = repository.put("/x", Answer(b"", 302, {"Location": "/x"}))
    with pytest.raises(JobError, match="HTTP 302"):
        fetch(url, tmp_path)


def test_a_missing_file_is_told_with_the_full_address(
    repository: Repository, tmp_path: Path
) -> None:
    with pytest.raises(download.NotFound) as caught:
        fetch(f"{repository.url}/org/x/1/x-1.jar", tmp_path)
    assert str(caught.value) == f"not found (404): {repository.url}/org/x/1/x-1.jar"


def test_a_missing_file_behind_a_redirect_is_told_with_both_addresses(
    repository: Repository, tmp_path: Path
) -> None:
    url = repository.put("/x.jar", Answer(b"", 302, {"Location": "/gone.jar"}))
    with pytest.raises(download.NotFound) as caught:
        fetch(url, tmp_path)
    assert f"{repository.url}/x.jar" in str(caught.value)
    assert f"{repository.url}/gone.jar" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, JobError, "without a login"),
        (403, JobError, "without a login"),
        (410, JobError, "HTTP 410"),
        (429, Unavailable, "HTTP 429"),
        (500, Unavailable, "HTTP 500"),
        (503, Unavailable, "HTTP 503"),
    ],
)
def test_answers_are_sorted_into_what_passes_by_itself_and_what_not(
    repository: Repository, tmp_path: Path, status: int, kind: type[Exception], words: str
) -> None:
    url = repository.put("/x.jar", Answer(b"", status))
    with pytest.raises(kind, match=words) as caught:
        fetch(url, tmp_path)
    assert url in str(caught.value)


@pytest.mark.parametrize("announced", [LIMIT + 1, None])
def test_a_file_that_is_too_large_is_refused_whether_it_says_so_or_not(
    repository: Repository, tmp_path: Path, announced: int | None
) -> None:
    url = repository.put("/x.jar", Answer(bytes(LIMIT + 1), announced=announced))
    with pytest.raises(JobError, match="larger than 1 MiB"):
        fetch(url, tmp_path)


def test_an_answer_that_ends_early_is_worth_another_try(
    repository: Repository, tmp_path: Path
) -> None:
    url = repository.put("/x.jar", Answer(BODY, announced=len(BODY) + 5))
    with pytest.raises(Unavailable, match=f"ended after {len(BODY)} of {len(BODY) + 5} bytes"):
        fetch(url, tmp_path)


def test_a_server_that_is_away_is_worth_another_try(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Connection refused"):
        fetch(f"{nobody()}/x.jar", tmp_path)


def test_a_connection_is_given_up_sooner_than_an_answer(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float | None] = []
    real = socket.socket.settimeout

    def noted(one: socket.socket, seconds: float | None) -> None:
        waits.append(seconds)
        real(one, seconds)

    monkeypatch.setattr(socket.socket, "settimeout", noted)
    assert fetch(repository.put("/x.jar", BODY), tmp_path).size == len(BODY)
    ours = (download.CONNECT_SECONDS, download.SECONDS_OF_SILENCE)
    assert tuple(wait for wait in waits if wait in ours) == ours


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_stays_silent_is_worth_another_try(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scheme: str
) -> None:
    monkeypatch.setattr(download, "SECONDS_OF_SILENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/x.jar"
        with pytest.raises(Unavailable, match="nobody says anything"):
            fetch(url, tmp_path)


def test_an_untrusted_certificate_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = ssl.SSLCertVerificationError(1, "x")
    wrong.verify_message = "self-signed certificate"

    def refuse(*arguments: object, **named: object) -> None:
        raise URLError(wrong)

    monkeypatch.setattr(OpenerDirector, "open", refuse)
    with pytest.raises(JobError, match="is not trusted: self-signed certificate"):
        fetch("https://x.example.org/x.jar", tmp_path)


def test_a_small_text_is_read_and_never_more_than_a_little(repository: Repository) -> None:
    url = repository.put("/x.sha1", b"a" * 100_000)
    assert download.fetch_text(url) == "a" * 4096


SHA1, SHA512 = "a1" * 20, "B2" * 64


@pytest.mark.parametrize(
    ("algorithm", "text", "value"),
    [
        ("sha1", SHA1, SHA1),
        ("sha1", f"{SHA1}\n", SHA1),
        ("sha512", f"{SHA512}  x-1.0.jar\n", SHA512.lower()),
        ("sha512", f"x-1.0.jar: {SHA512}", SHA512.lower()),
    ],
)
def test_a_published_checksum_is_found_in_every_usual_form(
    algorithm: str, text: str, value: str
) -> None:
    assert maven.checksum_in(algorithm, text) == value


@pytest.mark.parametrize("text", ["", "<html>not found</html>", SHA1 + "0", SHA512[:40] + "g"])
def test_a_text_without_a_checksum_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="holds no sha1"):
        maven.checksum_in("sha1", text)
