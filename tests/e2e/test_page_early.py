"""The page of a new lab reads InfluxDB as soon as it is set up: the kubelet brings the token into
its pod only a minute later."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.browser import forwarded, visited
from tests.e2e.cluster import LabHandle

LAB: dict[str, Any] = {
    "profile": "nano",
    "inject": {"stations": 3, "rate": "500/s", "points": 600},
    "metrics": {},
    "exercises": {"set": "000"},
}
SECONDS = 10.0
PASSED_SECONDS = 30.0
"""The page looks for what is passed in its own time, and writes it then."""
COUNT = 'from(bucket: "{}") |> range(start: -1h) |> limit(n: 1)'


def tokens_made(lab: LabHandle) -> bool:
    found = lab.get("secret", f"{lab.name}-credentials")
    return bool(found["data"].get("influxdb-reader-token"))


def asked(page: Page, path: str, **sent: str) -> Any:
    csrf = page.locator("meta[name=csrf]").get_attribute("content") or ""
    answer = page.request.post(
        f"{page.url.partition('#')[0].rstrip('/')}{path}",
        data=sent,
        headers={"X-CSRF-Token": csrf},
    )
    return answer.json() if "json" in answer.headers.get("content-type", "") else {}


def rows(page: Page, bucket: str) -> Any:
    """None where InfluxDB refuses, or the page has no token."""
    return asked(page, "/influxdb/query", flux=COUNT.format(bucket)).get("rows")


def first_passed(lab: LabHandle) -> bool:
    items = lab.get()["status"].get("exercises", {}).get("items", [])
    return any(each["name"] == "q01-start" and each["state"] == "passed" for each in items)


@pytest.mark.core
def test_points_are_seen_within_seconds_of_the_set_up(lab: LabHandle, browser: Browser) -> None:
    lab.apply(LAB)
    lab.wait("PageReady")
    with (
        forwarded(lab, f"{lab.name}-page", 8080) as address,
        visited(lab, browser, address, "en") as page,
    ):
        lab.until(lambda: tokens_made(lab), "the tokens are in the lab's Secret")
        made = time.monotonic()
        for bucket in ("weather", "kafka_metrics"):
            lab.until(lambda b=bucket: rows(page, b) is not None, f"the page reads {bucket}", 120)
        read = time.monotonic() - made
        shown = asked(page, "/credentials/influxdb-reader-token")
        lab.wait("InjectComplete")
        injected = time.monotonic()
        lab.until(lambda: rows(page, "weather"), "points in the page", 120)
        points = time.monotonic() - injected
        lab.until(lambda: first_passed(lab), "the first exercise is passed", 120)
        passed = time.monotonic() - injected
    print(f"\nread after {read:.1f} s; points after {points:.1f} s, passed after {passed:.1f} s")
    assert shown.get("value"), "what the page shows is what it reads with"
    assert read < SECONDS
    assert points < SECONDS
    assert passed < PASSED_SECONDS
