"""Each verb by its command line: what it prints, what it asks for, what it ends with."""

from __future__ import annotations

import base64
import json

import pytest

from streaminglab_cli import newest
from streaminglab_cli.lab import Lab
from tests.unit.cli.labs import condition, lab, part, raw
from tests.unit.cli.stage import Stage

VALUES = {number: base64.b64encode(f"v{number}".encode()).decode() for number in range(1, 5)}
RECORDS = {n: f"{n}000\t0\t{n}\tTHlvbg==\t{value}\n" for n, value in VALUES.items()}
STARTING = condition("Ready", "False", "Starting", "kafka: pod meteo-kafka-0-0 is starting")


def named(name: str) -> Lab:
    other = raw()
    other["metadata"]["name"] = name
    return Lab(other)


def test_list_has_kubectls_columns_and_json_is_the_objects(stage: Stage) -> None:
    code, out, _ = stage.run("list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["NAME", "meteo"]
    assert json.loads(stage.run("list", "-o", "json")[1])[0]["metadata"]["name"] == "meteo"


def test_the_only_lab_of_a_namespace_need_not_be_named(stage: Stage) -> None:
    assert stage.run("status")[0] == 0
    stage.cluster.found.append(named("other"))
    code, out, err = stage.run("status")
    assert (code, out) == (3, "")
    assert err == "Error: namespace student has several labs: name one by --lab: meteo, other\n"
    assert stage.run("status", "-l", "other")[1].startswith("other: Ready.")


def test_a_namespace_without_a_lab_says_how_to_make_one(stage: Stage) -> None:
    stage.cluster.found.clear()
    code, _, err = stage.run("why")
    assert code == 3
    assert "kubectl apply -f lab.yaml" in err
    assert stage.run("list") == (0, "", "no lab in namespace student\n")


def test_status_in_a_pipe_is_plain_lines(stage: Stage) -> None:
    _, out, err = stage.run("status")
    assert "\x1b" not in out
    assert err == ""
    assert out.splitlines()[2].split()[:3] == ["kafka", "StatefulSet", "3/3"]


def test_watching_prints_each_new_row_once_and_ends_when_the_lab_is_ready(stage: Stage) -> None:
    away = lab(conditions=[STARTING])
    stage.cluster.states = [away, away, lab(), away]
    code, out, _ = stage.run("status", "--watch", "--until-ready")
    assert code == 0
    assert out.count("meteo: not Ready") == 1
    assert out.count("meteo: Ready") == 1
    assert out.count("PODS") == 1
    assert sum(line.startswith("kafka ") for line in out.splitlines()) == 1, "it has not changed"
    lines = stage.run("status", "-w", "-o", "json")[1].splitlines()
    assert [json.loads(line)["status"]["conditions"][0]["status"] for line in lines] == [
        "False",
        "True",
        "False",
    ]


def test_a_lab_that_does_not_get_ready_is_waited_for_no_longer_than_was_said(stage: Stage) -> None:
    stage.cluster.states = [lab(conditions=[STARTING])]
    code, _, err = stage.run("status", "--until-ready", "--timeout", "60")
    assert code == 5
    assert err == (
        "Error: meteo is not Ready after 60 s: it goes on by itself; `kubectl slab why` says what "
        "is in the way\n"
    )


def test_a_lab_that_cannot_get_ready_is_not_waited_for(stage: Stage) -> None:
    stalled = condition("Stalled", "True", "Degraded", "no image")
    stage.cluster.states = [lab(conditions=[STARTING, stalled]), lab()]
    code, out, err = stage.run("status", "--watch", "--until-ready")
    assert (code, "meteo: Ready" in out) == (5, False)
    assert "meteo cannot become Ready: no image: `kubectl slab why`" in err


def test_why_ends_with_five_while_something_is_in_the_way(stage: Stage) -> None:
    assert stage.run("why")[0] == 0
    stage.cluster.found[:] = [lab(conditions=[STARTING], components=[])]
    code, out, _ = stage.run("why")
    assert code == 5
    assert "meteo-kafka-0-0 is starting\n   -> Wait." in out
    assert json.loads(stage.run("why", "-o", "json")[1])[0]["reason"] == "Starting"


def test_why_tells_the_cure_in_french_to_people_and_in_english_to_programs(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    stage.cluster.found[:] = [lab(conditions=[STARTING], components=[])]
    assert "meteo-kafka-0-0 is starting\n   -> Attendez." in stage.run("why")[1]
    assert json.loads(stage.run("why", "-o", "json")[1])[0]["cure"] == "Wait."


def test_the_password_of_a_part_is_alone_on_standard_output(stage: Stage) -> None:
    assert stage.run("password", "kafka") == (0, "k-secret\n", "user: student\n")
    code, _, err = stage.run("password", "page")
    assert code == 3
    assert "these have one: influxdb, kafka" in err
    assert len(stage.run("password")[1].splitlines()) == 6
    assert {row["what"] for row in json.loads(stage.run("password", "-o", "json")[1])} == {
        "password",
        "verify-token",
    }


@pytest.mark.parametrize("verb", ["open", "password", "logs"])
def test_a_lab_without_its_page_says_how_to_have_it(stage: Stage, verb: str) -> None:
    without = raw(components=[part("kafka")], endpoints=[])
    without["spec"]["page"] = {"enabled": False}
    stage.cluster.found = [Lab(without)]
    code, out, err = stage.run(verb, "page")
    assert (code, out) == (3, "")
    assert "the lab meteo has no page: spec.page.enabled is false: set it to true" in err


def test_env_is_lines_for_a_shell_or_json(stage: Stage) -> None:
    assert "export KAFKA_BOOTSTRAP_SERVERS=kafka:9092\n" in stage.run("env")[1]
    assert "set -gx KAFKA_PASSWORD 'k-secret'\n" in stage.run("env", "--shell", "fish")[1]
    assert json.loads(stage.run("env", "-o", "json")[1])["KAFKA_PASSWORD"] == "k-secret"


def test_no_other_verb_reads_a_secret(stage: Stage) -> None:
    stage.answers = [("describe", 0, "", ""), ("", 0, "", "")]
    for words in (["list"], ["status"], ["why"], ["lag"], ["logs", "page"], ["records", "x"]):
        stage.run(*words)
    assert stage.cluster.secrets_read == 0


@pytest.mark.parametrize(("verb", "wanted"), [("suspend", True), ("resume", False)])
def test_a_lab_rests_by_one_field(stage: Stage, verb: str, wanted: bool) -> None:
    code, out, _ = stage.run(verb, "--no-wait")
    assert code == 0
    assert "asked to be" in out
    assert stage.cluster.patches == [{"suspend": wanted}]


def test_waiting_ends_with_what_is_in_the_way(stage: Stage) -> None:
    code, _, err = stage.run("suspend", "--timeout", "1")
    assert code == 5
    assert "Suspended did not come within 1 s" in err
    assert "kubectl slab why" in err


@pytest.mark.parametrize(
    ("verb", "number", "stopped"),
    [("stop-broker", 1, [1, 2]), ("start-broker", 2, []), ("stop-broker", 2, [2])],
)
def test_a_broker_is_one_of_the_stopped_ones_or_not(
    stage: Stage, verb: str, number: int, stopped: list[int]
) -> None:
    assert stage.run(verb, str(number), "--no-wait")[0] == 0
    assert stage.cluster.patches == [{"kafka": {"stoppedBrokers": stopped}}]


def test_a_broker_is_waited_for(stage: Stage) -> None:
    code, out, _ = stage.run("stop-broker", "2")
    assert (code, out) == (0, "broker 2 of meteo: Stopped\n")


def test_records_are_the_newest_with_where_and_when(stage: Stage) -> None:
    stage.answers = [("Newest", 0, "".join(RECORDS[number] for number in (3, 1)) + "\n", "")]
    head, *rows = stage.run("records", "-c", "2")[1].splitlines()
    assert head.split() == ["TIME", "PARTITION", "OFFSET", "KEY", "VALUE"]
    assert [row.split() for row in rows] == [
        ["1970-01-01T00:00:01.000Z", "0", "1", "Lyon", "v1"],
        ["1970-01-01T00:00:03.000Z", "0", "3", "Lyon", "v3"],
    ]
    ((words, stdin),) = stage.calls()
    assert words[:4] == ["--namespace=student", "exec", "--stdin", "meteo-kafka-0-0"]
    assert words[-2:] == ["weather", "2"]
    assert stdin == newest.brought()
    found = [json.loads(line) for line in stage.run("records", "-o", "json")[1].splitlines()]
    place = {"timestamp": 3000, "partition": 0, "offset": 3}
    assert found[1] == {**place, "key": "Lyon", "value": "v3"}


def test_an_empty_topic_is_told_from_one_that_is_not_there(stage: Stage) -> None:
    stage.answers = [("Newest", 0, "\n", "")]
    assert stage.run("records", "x") == (0, "", "the topic x has no record yet\n")
    said = "Error: there is no topic x\ncommand terminated with exit code 3"
    stage.answers = [("Newest", 3, "", said)]
    for words in (["records", "x"], ["records", "-f", "x"]):
        code, _, err = stage.run(*words)
        assert code == 3
        assert "there is no topic x: `kubectl slab describe-topic` lists" in err


def test_records_are_followed_after_the_newest_in_their_order(stage: Stage) -> None:
    told = [RECORDS[3], RECORDS[2], "\n", RECORDS[4], RECORDS[1]]
    stage.answers = [("Newest", 0, "".join(told), "")]
    code, out, err = stage.run("records", "-f", "-o", "json")
    assert [json.loads(line)["offset"] for line in out.splitlines()] == [2, 3, 4, 1]
    assert code == 1
    assert "Ctrl-C ends it" in err
    assert "the broker's pod went away" in err
    lines = stage.run("records", "-f")[1].splitlines()
    assert [line.split()[-1] for line in lines] == ["VALUE", "v2", "v3", "v4", "v1"]
    assert stage.calls()[-1][1] == newest.brought()


def test_a_name_that_no_topic_can_have_reaches_no_tool(stage: Stage) -> None:
    for words in (["records", "a|b"], ["records", "-f", "$(x)"], ["produce", "a b", "v"]):
        code, _, err = stage.run(*words)
        assert code == 1
        assert "cannot be a topic's name" in err
    assert stage.calls() == []


def test_what_is_written_goes_in_by_standard_input(stage: Stage) -> None:
    stage.answers = [
        ("--describe", 0, "Topic: test\tPartitionCount: 1\tConfigs: \n", ""),
        ("kafka-console-producer.sh", 0, "", ""),
    ]
    code, out, _ = stage.run("produce", "test", "a $(b)", "c", "--key", "k")
    assert (code, out) == (0, "2 record(s) written to test\n")
    words, stdin = stage.calls()[-1]
    assert stdin == "k\ta $(b)\nk\tc\n"
    assert not any("$(b)" in word for word in words)


def test_what_kafka_does_not_take_is_told(stage: Stage) -> None:
    stage.answers = [
        ("--describe", 0, "Topic: test\tPartitionCount: 1\tConfigs: \n", ""),
        ("producer", 1, "", "RecordTooLargeException: too large\ncommand terminated with exit\n"),
    ]
    code, _, err = stage.run("produce", "test", "x")
    assert code == 1
    assert "Kafka did not take it" in err
    assert stage.run("produce", "test", "x", "--key", "a\tb")[0] == 1
    assert stage.run("produce", "test", "x\ny")[0] == 1


def test_a_described_topic_marks_what_lacks_a_replica(stage: Stage) -> None:
    text = (
        "Topic: t\tPartitionCount: 1\tConfigs: retention.ms=-1\n"
        "\tTopic: t\tPartition: 0\tLeader: 0\tReplicas: 0,1\tIsr: 0\n"
    )
    stage.answers = [("kafka-topics.sh", 0, text, "")]
    out = stage.run("describe-topic", "t")[1].splitlines()
    assert out[1].split() == ["t", "0", "0", "0,1", "0", "under-replicated"]
    assert out[2] == "retention.ms=-1"
    assert json.loads(stage.run("describe-topic", "-o", "json")[1])[0]["topic"] == "t"


def test_lag_is_a_table(stage: Stage) -> None:
    text = (
        "GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG HOST\nmine weather 0 10 15 5 -\n"
    )
    stage.answers = [("kafka-consumer-groups.sh", 0, text, "")]
    assert stage.run("lag")[1].splitlines()[1].split() == ["mine", "weather", "0", "10", "15", "5"]
    assert json.loads(stage.run("lag", "mine", "-o", "json")[1])[0]["LAG"] == "5"
    said = "Error: failed due to org.apache.kafka.common.errors.GroupIdNotFoundException: x\n"
    stage.answers = [("kafka-consumer-groups.sh", 0, said, "")]
    assert stage.run("lag", "nobody")[0] == 3


def test_logs_are_those_of_the_part_with_their_pods_names(stage: Stage) -> None:
    stage.answers = [("logs", 7, "", "")]
    assert stage.run("logs", "kafka", "-f")[0] == 7
    ((words, _),) = stage.calls()
    selector = "--selector=streaminglab.dev/lab=meteo,app.kubernetes.io/component=kafka"
    assert {selector, "--prefix", "--follow"} <= set(words)
    code, _, err = stage.run("logs", "grafana")
    assert code == 3
    assert "its parts: kafka, influxdb, kafka-ui" in err


def test_a_broker_that_is_not_there_is_said(stage: Stage) -> None:
    stage.cluster.up = []
    code, _, err = stage.run("lag")
    assert code == 1
    assert "no broker of the lab meteo runs" in err


def test_open_says_where_the_part_is(stage: Stage) -> None:
    stage.cluster.found[:] = [lab(urls=[{"name": "page", "url": "https://meteo.example.org/"}])]
    code, out, err = stage.run("open")
    assert (code, out) == (0, "https://meteo.example.org/\n")
    assert "kubectl slab password page" in err


def test_open_says_kubectls_own_words_where_nothing_can_be_forwarded(stage: Stage) -> None:
    stage.answers = [("port-forward", 1, "", "error: services is forbidden\n")]
    code, _, err = stage.run("open", "influxdb")
    assert code == 1
    assert "no way to meteo-influxdb" in err
    assert "services is forbidden" in err


def test_data_is_not_lost_without_a_word(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115, PTH123
    code, _, err = stage.run("reset")
    assert code == 1
    assert "say --yes" in err


def test_a_file_without_a_lab_is_said(stage: Stage, tmp_path: object) -> None:
    del tmp_path
    (stage.home / "pod.yaml").write_text("kind: Pod\n")
    stage.answers = [("apply", 0, json.dumps({"kind": "Pod"}), "")]
    code, _, err = stage.run("plan", "-f", str(stage.home / "pod.yaml"))
    assert code == 3
    assert "holds no StreamingLab" in err


def test_a_part_that_has_no_pod_is_said(stage: Stage) -> None:
    stage.cluster.found[:] = [lab(components=[part("page", "0/1")])]
    stage.cluster.up = []
    assert stage.run("logs", "page")[0] == 3
