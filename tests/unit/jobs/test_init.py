"""init against InfluxDB's API in memory: made once, changed, and removed when not wanted."""

from typing import Any

import pytest

from streaminglab_base.errors import JobError
from streaminglab_jobs.config import InitConfig
from streaminglab_jobs.influx.http import InfluxHttp, Refused
from streaminglab_jobs.init import alerts, bucket, replication
from streaminglab_jobs.init.bucket import Bucket
from tests.unit.jobs.test_config import INIT

HERE = Bucket("b1", "o1")


class FakeApi(InfluxHttp):
    """The collections of InfluxDB's API as dictionaries; counts what was changed."""

    def __init__(self) -> None:
        self.kinds: dict[str, dict[str, dict[str, Any]]] = {
            "orgs": {"o1": {"id": "o1", "name": "myorg"}},
        }
        self.changes: list[tuple[str, str]] = []
        self.refuse: Refused | None = None

    def call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None
    ) -> Any:
        kind, _, identity = path.removeprefix("/api/v2/").partition("/")
        items = self.kinds.setdefault(kind, {})
        if method == "GET":
            return {kind: self._list(items, query or {})}
        if self.refuse:
            raise self.refuse
        self.changes.append((method, kind))
        if method == "POST":
            identity = f"{kind}-{len(self.changes)}"
            items[identity] = {**body, "id": identity}
        elif method == "DELETE":
            del items[identity]
            return None
        elif method == "PATCH":
            items[identity].update(body)
        else:
            items[identity] = {**body, "id": identity}
        return items[identity]

    def _list(self, items: dict[str, Any], query: dict[str, str]) -> list[dict[str, Any]]:
        name = query.get("name") or query.get("org")
        found = [i for i in items.values() if name is None or i["name"] == name]
        offset = int(query.get("offset", "0"))
        return found[offset : offset + int(query.get("limit", "1000"))]

    def names(self, kind: str) -> set[str]:
        return {i["name"] for i in self.kinds.get(kind, {}).values()}


def settings(**changes: Any) -> InitConfig:
    return InitConfig.model_validate({**INIT, **changes})


class TestBucket:
    def test_it_is_made_once(self) -> None:
        api = FakeApi()
        made, _ = bucket.ensure(api, settings())
        assert bucket.ensure(api, settings())[0] == made
        assert api.changes == [("POST", "buckets")]

    def test_another_retention_is_set(self) -> None:
        api = FakeApi()
        made, _ = bucket.ensure(api, settings())
        bucket.ensure(api, settings(bucketRetentionSeconds=3600))
        (rule,) = api.kinds["buckets"][made.id]["retentionRules"]
        assert (rule["everySeconds"], rule["shardGroupDurationSeconds"]) == (3600, 3600)
        bucket.ensure(api, settings(bucketRetentionSeconds=0))
        assert api.kinds["buckets"][made.id]["retentionRules"][0]["everySeconds"] == 0

    @pytest.mark.parametrize("seconds", [3600, 172_799, 172_800, 15_552_000, 15_552_001])
    def test_shards_are_never_longer_than_the_retention(self, seconds: int) -> None:
        (rule,) = bucket.retention_rules(seconds)
        assert rule["everySeconds"] == seconds >= rule["shardGroupDurationSeconds"]

    def test_a_refused_retention_names_the_field(self) -> None:
        api = FakeApi()
        api.refuse = Refused(422, "too short")
        with pytest.raises(JobError, match=r"bucketRetentionSeconds: .*7777"):
            bucket.ensure(api, settings(bucketRetentionSeconds=7777))

    def test_an_unknown_organisation_is_named(self) -> None:
        api = FakeApi()
        api.kinds["orgs"].clear()
        with pytest.raises(JobError, match="'myorg'"):
            bucket.ensure(api, settings())


class TestReplication:
    def ensure(self, api: FakeApi, config: InitConfig, token: str = "t") -> str:  # noqa: S107
        return replication.ensure(api, HERE, "weather", config.replication, token)

    def test_it_is_made_once_and_its_token_set_each_time(self) -> None:
        api = FakeApi()
        self.ensure(api, settings())
        self.ensure(api, settings(), "renewed")
        assert len(api.kinds["remotes"]) == len(api.kinds["replications"]) == 1
        (remote,) = api.kinds["remotes"].values()
        (found,) = api.kinds["replications"].values()
        assert remote["remoteAPIToken"] == "renewed"
        assert remote["remoteURL"] == "http://meteo-telegraf:8186"
        assert found["remoteID"] == remote["id"]
        assert found["localBucketID"] == "b1"
        assert found["dropNonRetryableData"] is False

    def test_its_words_never_hold_the_token(self) -> None:
        assert "s3cret" not in self.ensure(FakeApi(), settings(), "s3cret")

    def test_one_that_is_not_wanted_any_more_is_removed(self) -> None:
        api = FakeApi()
        self.ensure(api, settings())
        self.ensure(api, settings(replication=None))
        assert not api.kinds["replications"]
        assert not api.kinds["remotes"]

    def test_one_made_by_hand_stays(self) -> None:
        api = FakeApi()
        api.call("POST", "/api/v2/replications", body={"name": "mine", "localBucketID": "b1"})
        self.ensure(api, settings(replication=None))
        assert api.names("replications") == {"mine"}


HEAT = {"name": "heat", "field": "temperature", "above": 35}
BOTH = {"name": "odd", "field": "humidity", "above": 90, "below": 10, "every": "1m"}


class TestAlerts:
    def test_checks_endpoint_and_rule_are_made_once(self) -> None:
        api = FakeApi()
        alerts.ensure(api, HERE, settings())
        before = list(api.changes)
        alerts.ensure(api, HERE, settings())
        assert api.changes == before
        assert api.names("checks") == {"heat (temperature above 35)"}
        assert len(api.kinds["notificationRules"]) == 1

    def test_both_thresholds_make_two_checks(self) -> None:
        api = FakeApi()
        alerts.ensure(api, HERE, settings(alerts=[BOTH]))
        assert api.names("checks") == {"odd (humidity above 90)", "odd (humidity below 10)"}
        kinds = {c["thresholds"][0]["type"] for c in api.kinds["checks"].values()}
        assert kinds == {"greater", "lesser"}

    def test_a_changed_interval_changes_the_check_in_place(self) -> None:
        api = FakeApi()
        alerts.ensure(api, HERE, settings())
        before = set(api.kinds["checks"])
        alerts.ensure(api, HERE, settings(alerts=[{**HEAT, "every": "30s"}]))
        assert set(api.kinds["checks"]) == before
        (check,) = api.kinds["checks"].values()
        assert check["every"] == "30s"
        assert "range(start: -30s)" in check["query"]["text"]

    def test_what_is_not_wanted_any_more_goes_but_a_students_own_stays(self) -> None:
        api = FakeApi()
        api.call("POST", "/api/v2/checks", body={"name": "by hand", "description": "mine"})
        api.call("POST", "/api/v2/checks", body={"name": "without a description"})
        alerts.ensure(api, HERE, settings(alerts=[HEAT, BOTH]))
        alerts.ensure(api, HERE, settings(alerts=[]))
        assert api.names("checks") == {"by hand", "without a description"}
        assert not api.kinds["notificationRules"]
        assert not api.kinds["notificationEndpoints"]

    def test_without_an_endpoint_the_checks_are_there_all_the_same(self) -> None:
        api = FakeApi()
        alerts.ensure(api, HERE, settings(alertEndpoint=None))
        assert api.names("checks") == {"heat (temperature above 35)"}
        assert not api.kinds["notificationRules"]

    def test_more_than_one_page_of_checks_is_looked_through(self) -> None:
        api = FakeApi()
        for i in range(alerts.PAGE + 5):
            api.call("POST", "/api/v2/checks", body={"name": f"mine {i}"})
        alerts.ensure(api, HERE, settings())
        before = len(api.changes)
        alerts.ensure(api, HERE, settings())
        assert len(api.changes) == before

    def test_names_in_the_query_are_quoted(self) -> None:
        config = settings(measurement='we"ather')
        text = alerts.check(config, config.alerts[0], "o1", "above")["query"]["text"]
        assert r'r["_measurement"] == "we\"ather"' in text
