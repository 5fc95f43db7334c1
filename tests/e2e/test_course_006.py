"""Course 006 without ksqlDB, whose image cannot be had where these tests run: the lab says so and
is Ready, and what needs no ksqlDB is done by script. Statements go to a double, which runs none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from streaminglab_toolbox.statements import setting, split
from tests.e2e import ksqldb_stand_in
from tests.e2e.cluster import Kubectl
from tests.e2e.solved import GIVEN, Student
from tests.terminal import Terminal
from tools.pages import fences, put, typed

PAGE = "docs/courses/006-ksqldb.md"
WRITE = typed(PAGE, "cd ~/ksqldb && python3 temperatures.py")
WHERE = typed(
    PAGE,
    'kubectl exec deploy/ksqldb-toolbox -- sh -c \\\n  "kcat -b kafka:9092 '
    "-t temperatures -C -e -q -f '%p",
)
NANTES = typed(
    PAGE,
    'kubectl exec deploy/ksqldb-toolbox -- sh -c \\\n  "kcat -b kafka:9092 '
    "-t temperatures -C -e -q -f '%k",
)
MESSAGE = typed(PAGE, "echo 'Nantes")
PLAIN = typed(PAGE, "kubectl exec -i deploy/ksqldb-toolbox -- kcat")
MURMUR = typed(PAGE, "kubectl exec -i deploy/ksqldb-toolbox -- \\\n  kcat")
CONSOLE = typed(PAGE, "kubectl exec -it deploy/ksqldb-toolbox -- ksql")
SHOW = typed(PAGE, "curl $KSQLDB_URL/ksql")
PULL = typed(PAGE, "curl $KSQLDB_URL/query")
MANY = typed(PAGE, "python3 temperatures.py --count 500")
ALARM = typed(PAGE, "python3 alarm.py")


class Temperatures(Student):
    """The lab of examples/ksqldb.yaml."""

    folder = "ksqldb"


@pytest.fixture(scope="module")
def student(
    kubectl: Kubectl, course_namespace: str, course_terminal: Terminal
) -> Iterator[Temperatures]:
    course = Temperatures(kubectl, course_namespace, "ksqldb")
    course_terminal.type(typed(PAGE, "kubectl apply -f examples/ksqldb.yaml"))
    course_terminal.type(typed(PAGE, "kubectl wait --for=condition=Ready"), 310)
    yield course


def test_the_lab_says_that_it_has_no_ksqldb(
    student: Temperatures, course_terminal: Terminal
) -> None:
    said = course_terminal.type(typed(PAGE, "kubectl get slab ksqldb -o jsonpath"))
    assert "does not offer ksqldb; the lab is Ready without it" in said
    assert "KsqldbReady" in student.not_offered()
    assert course_terminal.type(typed(PAGE, "kubectl get secret ksqldb-credentials")).strip()
    assert set(student.line("ls").split()) == {p.name for p in (GIVEN / "ksqldb").iterdir()}
    assert "À compléter d'abord" in student.line(
        "python3 temperatures.py --count 20 --rate 100", "! python3 alarm.py 2>&1"
    )


def test_each_town_lies_in_one_partition_until_another_hash_comes(
    student: Temperatures, course_terminal: Terminal
) -> None:
    student.line(put(WRITE, {"temperatures.py": "temperatures.py --count 50 --rate 50"}))
    places = course_terminal.type(WHERE).split("\n")
    towns = [line.split()[1] for line in places if line.strip()]
    assert sorted(towns) == ["Brest", "Lille", "Lyon", "Nantes", "Nice"]
    (ours,) = {line.split()[0] for line in places if line.endswith("Nantes")}
    course_terminal.type(MESSAGE)
    course_terminal.type(MURMUR)
    assert len(course_terminal.type(NANTES).splitlines()) == 1, "murmur2 is kafka-python's hash"
    course_terminal.type(PLAIN)
    found = {line.split()[2] for line in course_terminal.type(NANTES).splitlines()}
    assert ours in found
    assert len(found) == 2, "librdkafka's own hash leads elsewhere"
    student.until_passed("k01-messages", "k02-murmur2")


MADE = (
    ("BY_TOWN", ("--partitions", "4")),
    ("MAX_5MIN", ()),
    ("LATEST", ("--config", "cleanup.policy=compact")),
    ("AVERAGE_10MIN", ()),
    ("WITH_REGION", ()),
)
"""What its statements would make, and how."""


def test_the_topics_that_ksqldb_would_make_pass_its_exercises(student: Temperatures) -> None:
    """The statements themselves cannot be run; that their traces are seen can."""
    toolbox = "deploy/ksqldb-toolbox"
    for topic, words in MADE:
        made = "kafka-topics.sh", "--bootstrap-server", "kafka:9092", "--create", "--topic", topic
        student.run(toolbox, *made, *words)
    for topic in (*(topic for topic, _ in MADE), "towns"):
        write = "kcat", "-b", "kafka:9092", "-t", topic, "-P", "-K", " "
        line = 'Brest {"REGION": "Bretagne"}\n'
        student.run(toolbox, *write, stdin=line * 5)
    group = "_confluent-ksql-default_query_CTAS_LATEST_1"
    read = (
        f"kafka-console-consumer.sh --bootstrap-server kafka:9092 --topic BY_TOWN --group {group}"
    )
    student.shell(toolbox, f"{read} --from-beginning --max-messages 5")
    student.until_passed(
        "k04-rekeyed", "k05-maximum", "k06-latest", "k07-hopping", "k10-persistent", "k11-join"
    )


def test_every_statement_of_the_page_reaches_a_ksqldb_by_console_and_by_rest(
    student: Temperatures, course_terminal: Terminal
) -> None:
    """The server is a double: what is typed arrives, and nothing is known of what ksqlDB does."""
    ksqldb_stand_in.start(student)
    blocks = [fence.text for fence in fences(PAGE) if fence.language == "sql"]
    course_terminal.type(CONSOLE, stdin="\n".join(blocks))
    statements, _ = split("\n".join(blocks))
    there = ksqldb_stand_in.asked(student)
    wanted = [f"{one};" for one in statements if not setting(one)]
    assert [body["ksql"] for _, body in there] == wanted
    assert len(wanted) == 20
    assert ksqldb_stand_in.TOPIC in student.line(SHOW)
    student.line(PULL)
    (show, pull) = ksqldb_stand_in.asked(student)[len(there) :]
    assert show == ("/ksql", {"ksql": "SHOW TOPICS;"})
    assert pull == ("/query", {"ksql": "SELECT * FROM latest WHERE ville = 'Nantes';"})


def test_the_python_program_gives_the_alarm(student: Temperatures) -> None:
    student.solve()
    said = student.line(MANY, ALARM, seconds=300)
    assert " °C, moyenne " in said
    assert said.count(" ± ") == 5
    student.until_passed("k13-alarm")
