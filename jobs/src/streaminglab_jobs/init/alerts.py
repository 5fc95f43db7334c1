"""Alerts: threshold checks, one HTTP endpoint, one rule that sends what the checks find.

InfluxDB turns a check and a rule into tasks. What init made carries a mark in its description,
with a digest of what was wanted: unchanged things are left alone, its own that are no longer
wanted are removed, and whatever a student made by hand is never touched.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from influxdb_client import (
    ChecksService,
    DashboardQuery,
    GreaterThreshold,
    HTTPNotificationEndpoint,
    HTTPNotificationRule,
    InfluxDBClient,
    LesserThreshold,
    NotificationEndpointsService,
    NotificationRulesService,
    StatusRule,
    TagRule,
    ThresholdCheck,
)

from streaminglab_jobs.config import Alert, AlertEndpoint, InitConfig
from streaminglab_jobs.influx.client import listed
from streaminglab_jobs.init.bucket import Bucket

MARK = "made by streaminglab init, "
TAG = {"key": "streaminglab", "value": "alert"}
PAGE = 100
log = logging.getLogger(__name__)
Json = dict[str, Any]


class Kind(NamedTuple):
    """One collection of the API, and the calls of the client's service for it."""

    name: str
    list: Callable[..., Any]
    create: Callable[[Any], Any]
    put: Callable[[str, Json], Any]
    delete: Callable[[str], Any]


def ensure(client: InfluxDBClient, bucket: Bucket, settings: InitConfig) -> str:
    """Bring checks, endpoint and rule to what is wanted; return in words what was done."""
    checks = [
        check(settings, alert, bucket.org_id, direction)
        for alert in settings.alerts
        for direction in ("above", "below")
        if getattr(alert, direction) is not None
    ]
    endpoint = settings.alert_endpoint if checks else None
    alerts = _Alerts(client, bucket)
    changes = alerts.sync(alerts.checks, checks)
    # A rule names its endpoint, so the rule goes first when both go.
    if endpoint is None:
        changes += alerts.sync(alerts.rules, [])
        changes += alerts.sync(alerts.endpoints, [])
    else:
        changes += alerts.sync(alerts.endpoints, [_endpoint(endpoint, bucket)])
        endpoint_id = alerts.ours(alerts.endpoints)[endpoint.name]["id"]
        every = min((a.every for a in settings.alerts), key=seconds)
        changes += alerts.sync(alerts.rules, [_rule(endpoint, endpoint_id, every, bucket)])
    return f"{len(checks)} alert checks wanted, {changes} things changed"


def check(settings: InitConfig, alert: Alert, org_id: str, direction: str) -> ThresholdCheck:
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
    kind = GreaterThreshold if direction == "above" else LesserThreshold
    return ThresholdCheck(
        name=f"{alert.name} ({words})",
        org_id=org_id,
        status="active",
        every=alert.every,
        offset="0s",
        query=DashboardQuery(text=flux, edit_mode="advanced"),
        status_message_template=f"{alert.name}: {words} at ${{r.station}}",
        tags=[TAG],
        thresholds=[kind(value=threshold, level="CRIT", all_values=False)],
    )


def _endpoint(wanted: AlertEndpoint, bucket: Bucket) -> HTTPNotificationEndpoint:
    return HTTPNotificationEndpoint(
        name=wanted.name,
        org_id=bucket.org_id,
        status="active",
        url=wanted.url,
        method="POST",
        auth_method="none",
    )


def _rule(
    wanted: AlertEndpoint, endpoint_id: str, every: str, bucket: Bucket
) -> HTTPNotificationRule:
    return HTTPNotificationRule(
        name=f"alerts to {wanted.name}",
        org_id=bucket.org_id,
        status="active",
        endpoint_id=endpoint_id,
        every=every,
        # The checks run at the same second; a moment later their statuses are written.
        offset="2s" if seconds(every) > 2 else "0s",  # noqa: PLR2004
        status_rules=[StatusRule(current_level="CRIT")],
        tag_rules=[TagRule(**TAG, operator="equal")],
    )


class _Alerts:
    """What init owns of the checks, endpoints and rules of one organisation."""

    def __init__(self, client: InfluxDBClient, bucket: Bucket) -> None:
        api = client.api_client
        checks, rules = ChecksService(api), NotificationRulesService(api)
        endpoints = NotificationEndpointsService(api)
        self._api, self._org_id = api, bucket.org_id
        self.checks = Kind(
            "checks",
            checks.get_checks,
            checks.create_check,
            checks.put_checks_id,
            checks.delete_checks_id,
        )
        self.endpoints = Kind(
            "notificationEndpoints",
            endpoints.get_notification_endpoints,
            endpoints.create_notification_endpoint,
            endpoints.put_notification_endpoints_id,
            endpoints.delete_notification_endpoints_id,
        )
        self.rules = Kind(
            "notificationRules",
            rules.get_notification_rules,
            rules.create_notification_rule,
            rules.put_notification_rules_id,
            rules.delete_notification_rules_id,
        )

    def sync(self, kind: Kind, wanted: list[Any]) -> int:
        """Make, change and remove what init owns of one kind; return how many changed."""
        ours = self.ours(kind)
        changes = 0
        for model in wanted:
            body = self._api.sanitize_for_serialization(model)
            marked = {**body, "description": mark(body)}
            found = ours.pop(body["name"], None)
            if found is None:
                kind.create(marked)
            elif found["description"] != marked["description"]:
                kind.put(found["id"], {**found, **marked})
            else:
                continue
            changes += 1
        for gone in ours.values():
            kind.delete(gone["id"])
        return changes + len(ours)

    def ours(self, kind: Kind) -> dict[str, Json]:
        """What init made earlier, by name."""
        found: dict[str, Json] = {}
        offset = 0
        while True:
            answer = kind.list(self._org_id, limit=PAGE, offset=offset, _preload_content=False)
            page = listed(answer, kind.name)
            found.update(
                {p["name"]: p for p in page if str(p.get("description", "")).startswith(MARK)}
            )
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
