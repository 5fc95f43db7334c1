"""Settings of topics that the spec names no more go back to their defaults, and no others."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.api.status_topics import TopicsStatus
from streaminglab_operator.plan import Desired, plan
from streaminglab_operator.plan.topics import (
    MOST_UNLISTED,
    following,
    given_back,
    recorded,
    unlisted,
)
from tests.labs import COMPLETE, OPTIONS, config_of, item, lab, view, workloads


def _spec(**topics: list[str]) -> Any:
    listed = [{"name": n, "config": dict.fromkeys(s, "1")} for n, s in topics.items()]
    return lab({"weather": False, "kafka": {"topics": listed}}).spec


def _done(status: TopicsStatus) -> TopicsStatus:
    return status.model_copy(update={"done": True})


def _after(*specs: Any, done: bool = True) -> TopicsStatus:
    status = TopicsStatus()
    for number, spec in enumerate(specs):
        status = following(status, spec, f"told-{number}")
        status = _done(status) if done else status
    return status


def test_a_setting_that_is_named_no_more_is_given_back() -> None:
    assert given_back(_after(_spec(a=["x", "y"]), _spec(a=["y"]))) == {"a": ("x",)}


def test_what_the_lab_never_named_is_left_alone() -> None:
    assert given_back(_after(_spec(a=[]), _spec(a=["y"]))) == {}
    assert given_back(TopicsStatus()) == {}


def test_it_is_given_back_as_long_as_the_same_is_told_so_that_the_job_keeps_its_name() -> None:
    status = _after(_spec(a=["x"]), _spec(a=[]))
    assert following(status, _spec(a=[]), status.config_checksum) == status
    assert given_back(following(status, _spec(a=[]), status.config_checksum)) == {"a": ("x",)}


def test_once_given_back_it_is_not_given_back_again_with_the_next_edit() -> None:
    status = _after(_spec(a=["x"]), _spec(a=[]), _spec(a=[], b=[]))
    assert given_back(status) == {}, "what was set by hand meanwhile stays"


def test_what_was_not_done_may_have_been_done_in_part() -> None:
    status = _after(_spec(a=["x"]), _spec(a=["y"]), _spec(a=[]), done=False)
    assert given_back(status) == {"a": ("x", "y")}


def test_a_topic_that_is_listed_no_more_keeps_its_settings_until_it_is_listed_again() -> None:
    gone = _after(_spec(a=["x"], b=[]), _spec(b=[]))
    assert (given_back(gone), unlisted(gone)) == ({}, ["a"])
    still = _done(following(gone, _spec(b=["z"]), "more"))
    assert unlisted(still) == ["a"]
    back = following(still, _spec(a=[], b=["z"]), "again")
    assert (given_back(back), unlisted(back)) == ({"a": ("x",)}, [])


def test_what_would_be_set_is_recorded_before_it_is_set() -> None:
    none = TopicsStatus()
    first = following(none, _spec(a=["x"]), "one")
    assert not recorded(none, first)
    assert recorded(first, first)
    assert recorded(first, following(first, _spec(a=[]), "two"))
    assert recorded(none, following(none, _spec(a=[]), "one")), "a lab without settings never waits"


def test_topics_that_are_renamed_for_ever_are_forgotten() -> None:
    status = _after(*(_spec(**{f"t{number:03d}": ["x"]}) for number in range(3 * MOST_UNLISTED)))
    assert len(status.before) <= MOST_UNLISTED + 1
    assert len(unlisted(status)) <= MOST_UNLISTED


SPECS = st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from("xyz"), unique=True))


@given(st.lists(st.tuples(SPECS, st.booleans()), min_size=1, max_size=8))
def test_kafka_has_in_the_end_what_the_spec_names_whatever_came_before(steps: list[Any]) -> None:
    """``there``: what init made, which may be all of it, or nothing; a failure is seen as nothing,
    and the worst of it is all of it."""
    status, there = TopicsStatus(), dict[str, set[str]]()
    for number, (topics, done) in enumerate([*steps, (steps[-1][0], True)]):
        status = following(status, _spec(**topics), f"{topics}-{number}")
        for topic, names in topics.items():
            have = there.setdefault(topic, set())
            have |= set(names)
            if done:
                have -= set(given_back(status).get(topic, ()))
        status = _done(status) if done else status
    for topic, names in steps[-1][0].items():
        assert there[topic] == set(names)


def _init(of: Any, seen: Any) -> Desired:
    return plan(of, seen, OPTIONS)


def test_init_waits_until_the_status_has_what_it_sets_and_is_told_what_to_give_back() -> None:
    old = lab({"weather": False, "kafka": {"topics": [{"name": "a", "config": {"x": "1"}}]}})
    new = lab({"weather": False, "kafka": {"topics": [{"name": "a"}]}})
    held = _init(old, view(old, workloads(old)))
    assert held.release("init") is None
    assert "until the status" in held.holds["init"].message
    opened = _init(old, view(old, workloads(old), topics=held.topics))
    assert opened.release("init") is not None
    now = _init(new, view(new, workloads(new), topics=_done(opened.topics)))
    release = now.release("init")
    assert release is not None
    (topic,) = config_of(release)["topics"]
    assert topic["unset"] == ["x"]
    again = _init(new, view(new, workloads(new), topics=_done(now.topics))).release("init")
    assert again is not None
    assert again.digest == release.digest


def test_a_job_that_is_there_does_not_wait_for_a_status_of_a_newer_operator() -> None:
    of = lab({"weather": False, "kafka": {"topics": [{"name": "a", "config": {"x": "1"}}]}})
    first = _init(of, view(of, workloads(of)))
    made = _init(of, view(of, workloads(of), topics=first.topics)).release("init")
    assert made is not None
    there = item("Job", made.name(of.key.name), "init", COMPLETE)
    assert "init" not in _init(of, view(of, workloads(of), [there])).holds


def test_the_status_reads_back_what_it_wrote() -> None:
    status = _after(_spec(a=["x"]), _spec(a=[]))
    assert TopicsStatus.read(json.loads(json.dumps(status.to_dict()))) == status
    assert TopicsStatus.read({"named": 3, "configChecksum": ["x"]}) == TopicsStatus()
