"""init against InfluxDB's API in memory: made once, changed, and removed when not wanted."""

from collections.abc import Iterator
from typing import Any

import pytest

from streaminglab_base.errors import JobError
from streaminglab_jobs.config import InitConfig
from streaminglab_jobs.influx.answers import Refused
from streaminglab_jobs.init import alerts, bucket, replication
from streaminglab_jobs.init.bucket import Bucket
from tests.unit.jobs.influx_server import FakeApi, serving
from tests.unit.jobs.test_config import INIT

HERE = Bucket("b1", "o1")


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with serving(FakeApi()) as found:
        yield found
        found.client.close()


def settings(**changes: Any) -> InitConfig:
    return InitConfig.model_validate({**INIT, **changes})


class TestBucket:
    def test_it_is_made_once(self, api: FakeApi) -> None:
        made, _ = bucket.ensure(api.client, settings())
        assert bucket.ensure(api.client, settings())[0] == made
        assert api.changes == [("POST", "buckets")]

    def test_another_retention_is_set(self, api: FakeApi) -> None:
        made, _ = bucket.ensure(api.client, settings())
        bucket.ensure(api.client, settings(bucketRetentionSeconds=3600))
        (rule,) = api.kinds["buckets"][made.id]["retentionRules"]
        assert (rule["everySeconds"], rule["shardGroupDurationSeconds"]) == (3600, 3600)
        bucket.ensure(api.client, settings(bucketRetentionSeconds=0))
        assert api.kinds["buckets"][made.id]["retentionRules"][0]["everySeconds"] == 0

    def test_another_bucket_keeps_points_as_long(self, api: FakeApi) -> None:
        weather, _ = bucket.ensure(api.client, settings(bucketRetentionSeconds=3600))
        short = settings(bucketRetentionSeconds=3600, moreBuckets=["kafka_metrics"])
        made, words = bucket.ensure(api.client, short, *short.more_buckets)
        assert made != weather
        assert words == "bucket 'kafka_metrics' made"
        found = api.kinds["buckets"][made.id]
        assert found["name"] == "kafka_metrics"
        assert found["retentionRules"][0]["everySeconds"] == 3600

    @pytest.mark.parametrize("seconds", [3600, 172_799, 172_800, 15_552_000, 15_552_001])
    def test_shards_are_never_longer_than_the_retention(self, seconds: int) -> None:
        (rule,) = bucket.retention_rules(seconds)
        assert rule.every_seconds == seconds >= rule.shard_group_duration_seconds

    def test_a_refused_retention_names_the_field(self, api: FakeApi) -> None:
        api.refuse = Refused(422, "too short")
        with pytest.raises(JobError, match=r"bucketRetentionSeconds: .*7777"):
            bucket.ensure(api.client, settings(bucketRetentionSeconds=7777))

    def test_an_unknown_organisation_is_named(self, api: FakeApi) -> None:
        api.kinds["orgs"].clear()
        with pytest.raises(JobError, match="'myorg'"):
            bucket.ensure(api.client, settings())


class TestReplication:
    def ensure(self, api: FakeApi, config: InitConfig, token: str = "t") -> str:  # noqa: S107
        return replication.ensure(api.client, HERE, "weather", config.replication, token)

    def test_it_is_made_once_and_its_token_set_each_time(self, api: FakeApi) -> None:
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

    def test_its_words_never_hold_the_token(self, api: FakeApi) -> None:
        assert "s3cret" not in self.ensure(api, settings(), "s3cret")

    def test_one_that_is_not_wanted_any_more_is_removed(self, api: FakeApi) -> None:
        self.ensure(api, settings())
        self.ensure(api, settings(replication=None))
        assert not api.kinds["replications"]
        assert not api.kinds["remotes"]

    def test_one_made_by_hand_stays(self, api: FakeApi) -> None:
        api.call("POST", "/api/v2/replications", body={"name": "mine", "localBucketID": "b1"})
        self.ensure(api, settings(replication=None))
        assert api.names("replications") == {"mine"}


HEAT = {"name": "heat", "field": "temperature", "above": 35}
BOTH = {"name": "odd", "field": "humidity", "above": 90, "below": 10, "every": "1m"}


class TestAlerts:
    def test_checks_endpoint_and_rule_are_made_once(self, api: FakeApi) -> None:
        alerts.ensure(api.client, HERE, settings())
        before = list(api.changes)
        alerts.ensure(api.client, HERE, settings())
        assert api.changes == before
        assert api.names("checks") == {"heat (temperature above 35)"}
        assert len(api.kinds["notificationRules"]) == 1

    def test_both_thresholds_make_two_checks(self, api: FakeApi) -> None:
        alerts.ensure(api.client, HERE, settings(alerts=[BOTH]))
        assert api.names("checks") == {"odd (humidity above 90)", "odd (humidity below 10)"}
        kinds = {c["thresholds"][0]["type"] for c in api.kinds["checks"].values()}
        assert kinds == {"greater", "lesser"}

    def test_a_changed_interval_changes_the_check_in_place(self, api: FakeApi) -> None:
        alerts.ensure(api.client, HERE, settings())
        before = set(api.kinds["checks"])
        alerts.ensure(api.client, HERE, settings(alerts=[{**HEAT, "every": "30s"}]))
        assert set(api.kinds["checks"]) == before
        (check,) = api.kinds["checks"].values()
        assert check["every"] == "30s"
        assert "range(start: -30s)" in check["query"]["text"]

    def test_what_is_not_wanted_any_more_goes_but_a_students_own_stays(self, api: FakeApi) -> None:
        api.call("POST", "/api/v2/checks", body={"name": "by hand", "description": "mine"})
        api.call("POST", "/api/v2/checks", body={"name": "without a description"})
        alerts.ensure(api.client, HERE, settings(alerts=[HEAT, BOTH]))
        alerts.ensure(api.client, HERE, settings(alerts=[]))
        assert api.names("checks") == {"by hand", "without a description"}
        assert not api.kinds["notificationRules"]
        assert not api.kinds["notificationEndpoints"]

    def test_without_an_endpoint_the_checks_are_there_all_the_same(self, api: FakeApi) -> None:
        alerts.ensure(api.client, HERE, settings(alertEndpoint=None))
        assert api.names("checks") == {"heat (temperature above 35)"}
        assert not api.kinds["notificationRules"]

    def test_more_than_one_page_of_checks_is_looked_through(self, api: FakeApi) -> None:
        for i in range(alerts.PAGE + 5):
            api.call("POST", "/api/v2/checks", body={"name": f"mine {i}"})
        alerts.ensure(api.client, HERE, settings())
        before = len(api.changes)
        alerts.ensure(api.client, HERE, settings())
        assert len(api.changes) == before

    def test_names_in_the_query_are_quoted(self, api: FakeApi) -> None:
        config = settings(measurement='we"ather')
        text = alerts.check(config, config.alerts[0], "o1", "above").query.text
        assert r'r["_measurement"] == "we\"ather"' in text
