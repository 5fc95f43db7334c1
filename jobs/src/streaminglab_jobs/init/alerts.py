"""Alerts: threshold checks, one HTTP endpoint, one rule that sends what the checks find.

InfluxDB turns a check and a rule into tasks. What init made carries a mark in its description,
with a digest of what was wanted: unchanged things are left alone, its own that are no longer
wanted are removed, and whatever a student made by hand is never touched.
"""

import hashlib
import json
import logging
from typing import Any

from streaminglab_jobs.config import Alert, AlertEndpoint, InitConfig
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.init.bucket import Bucket

MARK = "made by streaminglab init, "
TAG = {"key": "streaminglab", "value": "alert"}
PAGE = 100
log = logging.getLogger(__name__)
Json = dict[str, Any]


def ensure(http: InfluxHttp, bucket: Bucket, settings: InitConfig) -> str:
    """Bring checks, endpoint and rule to what is wanted; return in words what was done."""
    checks = [
        check(settings, alert, bucket.org_id, direction)
        for alert in settings.alerts
        for direction in ("above", "below")
        if getattr(alert, direction) is not None
    ]
    endpoint = settings.alert_endpoint if checks else None
    changes = _sync(http, bucket, "checks", checks)
    # A rule names its endpoint, so the rule goes first when both go.
    if endpoint is None:
        changes += _sync(http, bucket, "notificationRules", [])
        changes += _sync(http, bucket, "notificationEndpoints", [])
    else:
        changes += _sync(http, bucket, "notificationEndpoints", [_endpoint(endpoint, bucket)])
        endpoint_id = _ours(http, bucket, "notificationEndpoints")[endpoint.name]["id"]
        every = min((a.every for a in settings.alerts), key=seconds)
        changes += _sync(
            http, bucket, "notificationRules", [_rule(endpoint, endpoint_id, every, bucket)]
        )
    return f"{len(checks)} alert checks wanted, {changes} things changed"


def check(settings: InitConfig, alert: Alert, org_id: str, direction: str) -> Json:
    """A threshold check as InfluxDB's API takes it (notification/check/threshold.go).

    The query must be one expression with a range and exactly one field; InfluxDB puts the check's
    own interval into the range and the window.
    """
    threshold = getattr(alert, direction)
    extreme = "max" if direction == "above" else "min"
    words = f"{alert.field} {direction} {threshold:g}"
    flux = (
        f"from(bucket: {json.dumps(settings.influx.bucket)})\n"
        f"  |> range(start: -{alert.every})\n"
        f'  |> filter(fn: (r) => r["_measurement"] == {json.dumps(settings.measurement)})\n'
        f'  |> filter(fn: (r) => r["_field"] == {json.dumps(alert.field)})\n'
        f"  |> aggregateWindow(every: {alert.every}, fn: {extreme}, createEmpty: false)\n"
    )
    return {
        "type": "threshold",
        "name": f"{alert.name} ({words})",
        "orgID": org_id,
        "status": "active",
        "every": alert.every,
        "offset": "0s",
        "query": {"text": flux, "editMode": "advanced"},
        "statusMessageTemplate": f"{alert.name}: {words} at ${{r.station}}",
        "tags": [TAG],
        "thresholds": [
            {
                "type": "greater" if direction == "above" else "lesser",
                "value": threshold,
                "level": "CRIT",
                "allValues": False,
            }
        ],
    }


def _endpoint(wanted: AlertEndpoint, bucket: Bucket) -> Json:
    return {
        "type": "http",
        "name": wanted.name,
        "orgID": bucket.org_id,
        "status": "active",
        "url": wanted.url,
        "method": "POST",
        "authMethod": "none",
    }


def _rule(wanted: AlertEndpoint, endpoint_id: str, every: str, bucket: Bucket) -> Json:
    return {
        "type": "http",
        "name": f"alerts to {wanted.name}",
        "orgID": bucket.org_id,
        "status": "active",
        "endpointID": endpoint_id,
        "every": every,
        # The checks run at the same second; a moment later their statuses are written.
        "offset": "2s" if seconds(every) > 2 else "0s",  # noqa: PLR2004
        "statusRules": [{"currentLevel": "CRIT"}],
        "tagRules": [{**TAG, "operator": "equal"}],
    }


def _sync(http: InfluxHttp, bucket: Bucket, kind: str, wanted: list[Json]) -> int:
    """Make, change and remove what init owns of one kind; return how many requests changed it."""
    ours = _ours(http, bucket, kind)
    changes = 0
    for body in wanted:
        marked = {**body, "description": mark(body)}
        found = ours.pop(body["name"], None)
        if found is None:
            http.call("POST", f"/api/v2/{kind}", body=marked)
        elif found["description"] != marked["description"]:
            http.call("PUT", f"/api/v2/{kind}/{found['id']}", body={**found, **marked})
        else:
            continue
        changes += 1
    for gone in ours.values():
        http.call("DELETE", f"/api/v2/{kind}/{gone['id']}")
    return changes + len(ours)


def _ours(http: InfluxHttp, bucket: Bucket, kind: str) -> dict[str, Json]:
    """What init made earlier, by name."""
    found: dict[str, Json] = {}
    offset = 0
    while True:
        query = {"orgID": bucket.org_id, "limit": str(PAGE), "offset": str(offset)}
        page = http.call("GET", f"/api/v2/{kind}", query)[kind] or []
        found.update({p["name"]: p for p in page if str(p.get("description", "")).startswith(MARK)})
        if len(page) < PAGE:
            return found
        offset += PAGE


def mark(body: Json) -> str:
    """The description that says whose it is and what was wanted."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return MARK + digest[:16]


def seconds(duration: str) -> int:
    """``10s``, ``5m``, ``1h``, ``1d`` in seconds."""
    return int(duration[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[duration[-1]]
