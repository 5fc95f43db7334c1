"""init against Kafka's topics in memory: made, grown, set, and given back."""

from typing import Any

import pytest

from streaminglab_base.errors import JobError
from streaminglab_jobs.config import Topic
from streaminglab_jobs.init.topics import Topics
from tests.mutations.kafka import FakeAdmin


def ensure(admin: FakeAdmin, **more: Any) -> str:
    topics: Any = Topics(admin)  # type: ignore[arg-type]
    reported = {"name": "lines", "partitions": 2, "replicationFactor": 1, **more}
    return str(topics.ensure(Topic.model_validate(reported)))


@pytest.fixture
def admin() -> FakeAdmin:
    """A Kafka whose topic `lines` the lab has made with two settings."""
    made = FakeAdmin()
    ensure(made, config={"retention.ms": "1000", "segment.ms": "500"})
    return made


def test_a_topic_is_made_with_its_settings(admin: FakeAdmin) -> None:
    assert admin.topics["lines"].config == {"retention.ms": "1000", "segment.ms": "500"}
    config = {"retention.ms": "1000", "segment.ms": "500"}
    assert ensure(admin, config=config) == "topic 'lines' is as wanted"


def test_a_setting_that_the_lab_named_before_goes_back_to_its_default(admin: FakeAdmin) -> None:
    said = ensure(admin, config={"segment.ms": "500"}, unset=["retention.ms"])
    assert said == "topic 'lines' retention.ms back to its default"
    assert admin.topics["lines"].config == {"segment.ms": "500"}


def test_what_was_set_by_hand_stays(admin: FakeAdmin) -> None:
    admin.topics["lines"].config["max.message.bytes"] = "9"
    ensure(admin, config={}, unset=["retention.ms", "segment.ms"])
    assert admin.topics["lines"].config == {"max.message.bytes": "9"}
    assert ensure(admin, config={}) == "topic 'lines' is as wanted"
    assert admin.topics["lines"].config == {"max.message.bytes": "9"}


def test_one_is_set_while_another_goes_back(admin: FakeAdmin) -> None:
    said = ensure(admin, config={"segment.ms": "7"}, unset=["retention.ms"])
    assert said == "topic 'lines' segment.ms set to 7, retention.ms back to its default"


def test_what_is_at_its_default_already_is_no_news(admin: FakeAdmin) -> None:
    config = {"retention.ms": "1000", "segment.ms": "500"}
    said = ensure(admin, config=config, unset=["cleanup.policy", "unheard.of"])
    assert said == "topic 'lines' is as wanted"


def test_a_setting_that_is_named_again_is_set_and_not_given_back(admin: FakeAdmin) -> None:
    ensure(admin, config={"retention.ms": "5"}, unset=["retention.ms"])
    assert admin.topics["lines"].config["retention.ms"] == "5"


def test_partitions_grow_and_never_shrink(admin: FakeAdmin) -> None:
    assert ensure(admin, partitions=3) == "topic 'lines' grown from 2 to 3 partitions"
    with pytest.raises(JobError, match="cannot take any away"):
        ensure(admin, partitions=2)
