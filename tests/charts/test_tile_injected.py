"""What Onyxia injects of its region and its user, in the lab that the tile makes."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from streaminglab_operator.api import LAB
from tests.authorities import CITY, SCHOOL
from tests.charts import onyxia
from tests.charts.support import CHARTS, TILE, only, run_helm
from tests.charts.test_tile import DEFAULTS, RELEASE, SCHEMA, admitted, lab_of, objects

PROXY = {
    "enabled": True,
    "httpProxyUrl": "http://proxy.example.org:3128",
    "httpsProxyUrl": "http://proxy.example.org:3129",
    "noProxy": "localhost, .svc,*.example.org,10.0.0.0/8,,bad entry!",
}
S3 = {
    "profileName": "default",
    "AWS_ACCESS_KEY_ID": "KEY",
    "AWS_SECRET_ACCESS_KEY": "SECRET-of-the-storage",
    "AWS_SESSION_TOKEN": "TOKEN-that-expires",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_S3_ENDPOINT": "minio.example.org",
    "port": 443,
    "pathStyleAccess": True,
    "isAnonymous": False,
}


def launched(**known: Any) -> dict[str, Any]:
    """The launcher's values, where Onyxia knows this too."""
    context = onyxia.context() | known
    values: dict[str, Any] = onyxia.launch(SCHEMA, DEFAULTS, context)
    return values


def egress(**known: Any) -> dict[str, Any]:
    lab = lab_of(launched(**known))
    admitted(lab)
    found: dict[str, Any] = lab["spec"].get("egress", {})
    return found


def test_a_region_that_injects_nothing_leaves_the_way_out_to_the_operator() -> None:
    assert egress() == {}


def test_the_regions_proxy_is_the_labs() -> None:
    assert egress(proxyInjection=PROXY) == {
        "httpProxy": "http://proxy.example.org:3128",
        "httpsProxy": "http://proxy.example.org:3129",
        "noProxy": ["localhost", ".svc", ".example.org", "10.0.0.0/8", "bad"],
    }
    assert egress(proxyInjection={**PROXY, "enabled": False}) == {}


def test_of_many_exceptions_a_lab_takes_as_many_as_it_may() -> None:
    many = ",".join(f"host-{number}.example.org" for number in range(50))
    assert len(egress(proxyInjection={**PROXY, "noProxy": many})["noProxy"]) == 32


@pytest.mark.parametrize("address", ["http://user:word@proxy:3128", "socks5://proxy:1080"])
def test_a_proxy_that_a_lab_cannot_take_is_passed_over(address: str) -> None:
    found = egress(proxyInjection={**PROXY, "httpProxyUrl": address})
    assert "httpProxy" not in found
    assert found["httpsProxy"] == PROXY["httpsProxyUrl"]


def test_the_regions_mirror_is_where_pip_looks() -> None:
    mirror = {"pypiProxyUrl": "https://pypi.example.org/simple", "condaProxyUrl": "https://c"}
    assert egress(packageRepositoryInjection=mirror) == {"pipIndex": mirror["pypiProxyUrl"]}


BOTH = f"{SCHOOL}\n{CITY}"
ENCODED = base64.b64encode(BOTH.encode()).decode()
AS_WRITTEN = {
    "PEM with comments": f"# the school's\n{BOTH}",
    "PEM with a key": f"{BOTH}\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "lines of Windows": BOTH.replace("\n", "\r\n"),
    "folded into one line": BOTH.replace("\n", " "),
    "a backslash and an n": BOTH.replace("\n", "\\n"),
    "indented": BOTH.replace("\n", "\n\t  "),
    "base64": ENCODED,
    "base64 in lines": " ".join(ENCODED[at : at + 76] for at in range(0, len(ENCODED), 76)),
}


@pytest.mark.parametrize("given", AS_WRITTEN)
def test_the_regions_authorities_are_trusted_however_they_are_written(given: str) -> None:
    bundle = egress(certificateAuthorityInjection={"cacerts": AS_WRITTEN[given]})["caBundle"]
    assert bundle.split() == BOTH.split()


MADE_UP = base64.b64encode(b"0\x82\x01\x00" + b"x" * 99).decode()
DAMAGED = {
    "cut": SCHOOL[: len(SCHOOL) // 2],
    "cut in the middle": SCHOOL.replace("\n", "", 2)[:200] + SCHOOL[-30:],
    "no certificate inside": f"-----BEGIN CERTIFICATE-----\n{MADE_UP}\n-----END CERTIFICATE-----",
    "words inside": "-----BEGIN CERTIFICATE-----\nà remplir\n-----END CERTIFICATE-----",
    "nothing inside": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
    "a whole one, and then not": f"{CITY}\n{SCHOOL[:300]}",
}


@pytest.mark.parametrize("given", DAMAGED)
@pytest.mark.parametrize("field", ["certificates.cacerts", "lab.egress.caBundle"])
def test_a_damaged_certificate_is_told_before_anything_is_made(given: str, field: str) -> None:
    values = launched()
    group, _, name = field.rpartition(".")
    at = values["lab"]["egress"] if group.startswith("lab") else values[group]
    at[name] = DAMAGED[given]
    done = run_helm("template", "lab", str(CHARTS / TILE), values=values)
    words = {rule.id: rule.message for rule in LAB.rules}
    assert done.returncode
    # Where the rule of the API server on its form is broken too, that is told first.
    assert f"{field}: {words['ca-bundle-readable']}" in done.stderr or "caBundle'" in done.stderr


@pytest.mark.parametrize("given", ["https://pki.example.org/ca.pem", ""])
def test_an_address_of_certificates_is_passed_over(given: str) -> None:
    assert egress(certificateAuthorityInjection={"cacerts": given}) == {}


def test_more_certificates_than_a_lab_takes_are_refused_before_anything_is_made() -> None:
    values = launched(certificateAuthorityInjection={"cacerts": SCHOOL * 100})
    done = run_helm("template", "lab", str(CHARTS / TILE), values=values)
    assert done.returncode
    assert "certificates.cacerts" in done.stderr


def test_what_the_lab_says_itself_is_stronger_than_the_region() -> None:
    values = launched(
        proxyInjection=PROXY,
        packageRepositoryInjection={"pypiProxyUrl": "https://pypi.example.org/simple"},
    )
    own = {"httpProxy": "http://own.example.org:1", "noProxy": ["own.example.org"]}
    values["lab"]["egress"] |= own
    found = lab_of(values)["spec"]["egress"]
    assert {key: found[key] for key in own} == own
    assert found["pipIndex"] == "https://pypi.example.org/simple"


def test_the_users_storage_is_in_notebooks_and_for_connectors() -> None:
    values = launched(s3=S3)
    values["lab"]["jupyter"]["enabled"] = values["lab"]["connect"]["enabled"] = True
    values["lab"]["connect"]["secrets"] = ["own"]
    made = objects(values)
    secret = only(made, "Secret", f"{RELEASE}-s3")
    data = {key: base64.b64decode(text).decode() for key, text in secret["data"].items()}
    assert data["AWS_ACCESS_KEY_ID"] == "KEY"
    assert data["AWS_SECRET_ACCESS_KEY"] == S3["AWS_SECRET_ACCESS_KEY"]
    assert data["AWS_SESSION_TOKEN"] == S3["AWS_SESSION_TOKEN"]
    assert data["AWS_S3_ENDPOINT"] == "minio.example.org"
    assert data["AWS_ENDPOINT_URL"] == "https://minio.example.org"
    lab = only(made, "StreamingLab")
    admitted(lab)
    assert lab["spec"]["jupyter"]["envSecrets"] == [f"{RELEASE}-s3"]
    assert lab["spec"]["connect"]["secrets"] == ["own", f"{RELEASE}-s3"]
    assert "SECRET-of" not in str([o for o in made if o["kind"] != "Secret"])


@pytest.mark.parametrize(
    ("said", "host", "url"),
    [
        ({}, "minio.example.org", "https://minio.example.org"),
        ({"port": 9000}, "minio.example.org:9000", "https://minio.example.org:9000"),
        ({"port": 80}, "minio.example.org", "http://minio.example.org"),
        ({"port": None}, "minio.example.org", "https://minio.example.org"),
        (
            {"AWS_S3_ENDPOINT": "http://minio:9000"},
            "minio:9000",
            "http://minio:9000",
        ),
    ],
)
def test_the_storage_is_where_onyxia_says_that_it_is(
    said: dict[str, Any], host: str, url: str
) -> None:
    """It tells its host and its port apart (`XOnyxiaContext`)."""
    values = launched(s3={**S3, **said})
    values["lab"]["jupyter"]["enabled"] = True
    data = only(objects(values), "Secret", f"{RELEASE}-s3")["data"]
    assert base64.b64decode(data["AWS_S3_ENDPOINT"]).decode() == host
    assert base64.b64decode(data["AWS_ENDPOINT_URL"]).decode() == url


def test_keys_that_do_not_expire_come_without_a_token() -> None:
    values = launched(s3={**S3, "AWS_SESSION_TOKEN": None})
    values["lab"]["jupyter"]["enabled"] = True
    assert "AWS_SESSION_TOKEN" not in only(objects(values), "Secret", f"{RELEASE}-s3")["data"]


@pytest.mark.parametrize("known", [None, {**S3, "AWS_ACCESS_KEY_ID": None}])
def test_without_keys_there_is_no_secret(known: dict[str, Any] | None) -> None:
    values = launched(s3=known)
    values["lab"]["jupyter"]["enabled"] = True
    assert f"{RELEASE}-s3" not in {o["metadata"]["name"] for o in objects(values)}
    assert not lab_of(values)["spec"]["jupyter"].get("envSecrets")


def test_a_student_may_keep_his_keys_for_himself() -> None:
    values = launched(s3=S3)
    values["s3"]["enabled"] = False
    assert f"{RELEASE}-s3" not in {o["metadata"]["name"] for o in objects(values)}
    shown = [path for path in onyxia.fields(SCHEMA, values) if path.startswith("s3")]
    assert shown == ["s3/enabled"]
