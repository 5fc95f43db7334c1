"""Course 007: producers and consumers of three kinds, killed, slowed and counted; brokers that
stop; schemas. A student does every exercise by script, and the lab's page sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.e2e.cluster import Kubectl
from tests.e2e.solved import GIVEN, Student
from tests.terminal import Terminal
from tools.pages import put, section, typed

PAGE = "docs/courses/007-semantics.md"
STOP = typed(
    PAGE,
    'kubectl patch slab semantics --type merge -p \'{"spec":{"kafka":{"stoppedBrokers":[1]}}}\'',
)
START = typed(
    PAGE,
    'kubectl patch slab semantics --type merge -p \'{"spec":{"kafka":{"stoppedBrokers":[]}}}\'',
)
STRICT = typed(PAGE, "kubectl exec deploy/semantics-toolbox -- kafka-topics.sh --bootstrap")
ALL = typed(PAGE, "kubectl exec deploy/semantics-toolbox -- \\\n  sh -c 'echo one")
LEADER = typed(PAGE, "kubectl exec deploy/semantics-toolbox -- sh -c 'echo two")
FROM_THE_END = typed(
    PAGE,
    "kubectl exec deploy/semantics-toolbox -- kafka-consumer-groups.sh --bootstrap-server "
    "kafka:9092 \\\n  --group slow",
)
GROUP = typed(
    PAGE,
    "kubectl exec deploy/semantics-toolbox -- kafka-consumer-groups.sh --bootstrap-server "
    "kafka:9092 \\\n  --describe",
)
CHAOS = typed(PAGE, "kubectl patch slab semantics --type merge \\\n")
CHAOS_STATUS = typed(PAGE, "kubectl get slab semantics -o jsonpath='{.status.chaos}'")
READERS = (
    typed(PAGE, "python3 slow_reader.py 3"),
    typed(PAGE, "python3 slow_reader.py 5"),
    typed(PAGE, "python3 slow_reader.py 9"),
)
PACED = typed(PAGE, "python3 producer_at_least_once.py --count 60 --rate 2")
WRITING = typed(PAGE, "python3 producer_exactly_once.py --count 1200")
READING = typed(PAGE, "python3 consumer_at_least_once.py --rate 1")
KILL = typed(PAGE, "kill -9")
MOVED = typed(PAGE, "grep partitions")
SHORT = {
    '"durationSeconds":600': '"durationSeconds":100',
    '"periodSeconds":60': '"periodSeconds":30',
    '"downSeconds":30': '"downSeconds":15',
}


class Semantics(Student):
    """The lab of examples/semantics.yaml."""

    folder = "semantics"

    def compared(self, topic: str, kind: str, count: int) -> tuple[int, int]:
        """How many are lost, and how many double."""
        said = self.line(f"python3 compare.py {topic} {kind} {count}")
        found = re.search(r"(\d+) perdus, (\d+) doubles", said)
        assert found, said
        return int(found[1]), int(found[2])


@pytest.fixture(scope="module")
def student(
    kubectl: Kubectl, course_namespace: str, course_terminal: Terminal
) -> Iterator[Semantics]:
    course = Semantics(kubectl, course_namespace, "semantics")
    course_terminal.type(typed(PAGE, "kubectl apply -f examples/semantics.yaml"))
    course_terminal.type(typed(PAGE, "kubectl wait --for=condition=Ready"), 310)
    yield course


def test_jupyter_gives_programs_with_holes_and_no_solution(
    student: Semantics, course_terminal: Terminal
) -> None:
    there = set(student.line("ls").split())
    assert there == {path.name for path in (GIVEN / "semantics").iterdir()}
    for name in sorted(name for name in there if name.startswith(("producer", "consumer"))):
        said = student.line(f"! python3 {name} 2>&1")
        assert "À compléter d'abord" in said, name
    assert "solutions" not in student.run(student.terminal, "ls")
    assert course_terminal.type(typed(PAGE, "kubectl get secret semantics-credentials")).strip()


def test_the_topic_is_shown_and_a_strict_one_refuses_what_a_leader_alone_takes(
    student: Semantics, course_terminal: Terminal
) -> None:
    shown = course_terminal.type(
        typed(PAGE, "kubectl exec deploy/semantics-toolbox -- \\\n  kafka-topics.sh")
    )
    assert "PartitionCount: 5" in shown
    assert "min.insync.replicas=2" in shown
    broker = course_terminal.type(
        typed(PAGE, "kubectl exec deploy/semantics-toolbox -- kafka-configs.sh")
    )
    assert "min.insync.replicas=" in broker
    course_terminal.type(STRICT)
    course_terminal.type(STOP)
    course_terminal.type(typed(PAGE, "kubectl wait --for=jsonpath"), 150)
    with pytest.raises(pytest.fail.Exception, match=r"(?i)timed out|in-sync"):
        course_terminal.type(ALL)
    course_terminal.type(LEADER)
    look = ("kcat", "-b", "kafka:9092", "-t", "strict", "-C", "-e", "-q")
    assert student.run("deploy/semantics-toolbox", *look) == "", "too few copies to be shown"
    course_terminal.type(START)
    student.wait("Ready")
    assert student.run("deploy/semantics-toolbox", *look) == "two\n"
    student.until_passed("s01-topic", "s02-strict")


def test_three_producers_keep_their_promises(student: Semantics) -> None:
    student.solve()
    said = ""
    for step in section(PAGE, "## Part 2: three producers", "## Part 3: three consumers"):
        # One of them dies on purpose.
        said += student.line(*(f"{c.text} || [ $? = 137 ]" for c in step.commands), seconds=300)
    assert "mort après 25 messages" in said
    assert "exactly-once : 20 numéros, 0 perdus, 0 doubles" in said
    for kind in ("at-most-once", "at-least-once"):
        assert student.compared("semantics", kind, 200) == (0, 0)
    # The twenty that the program had ended before it died, and all of them when it ran again.
    assert student.compared("semantics", "exactly-once", 200) == (0, 20)
    student.until_passed("s03-producer-most", "s04-producer-least", "s05-producer-exactly")


def test_three_consumers_die_and_lose_one_double_one_and_neither(student: Semantics) -> None:
    for step in section(PAGE, "## Part 3: three consumers", "## Part 4: a group of slow readers"):
        student.line(*(f"{c.text} || [ $? = 137 ]" for c in step.commands), seconds=400)
    counts = {
        kind: student.line(f"wc -l < {kind}.txt", f"sort {kind}.txt | uniq -d | wc -l").split()
        for kind in ("at-most-once", "at-least-once")
    }
    lines = int(counts["at-least-once"][0])
    assert counts["at-least-once"] == [str(lines), "1"]
    # The same messages: one of them twice there, and one of them never here.
    assert counts["at-most-once"] == [str(lines - 2), "0"]
    for kind in ("at-most-once", "at-least-once"):
        assert student.compared("results", kind, 200) == (0, 0)
    student.until_passed("s06-consumer-most", "s07-consumer-least", "s08-consumer-exactly")


def test_slow_readers_share_the_partitions_fall_behind_and_take_over(
    student: Semantics, course_terminal: Terminal
) -> None:
    course_terminal.type(FROM_THE_END)
    for reader in READERS:
        student.in_background(reader)
    student.until_passed("s09-three-readers")
    assert course_terminal.type(GROUP).count("semantics") >= 5
    student.line(PACED)
    student.line(KILL)
    student.until_passed("s10-lag", "s11-rebalance")
    assert student.line(MOVED).count("partitions") > 2


def test_brokers_stop_and_come_back_while_messages_are_written_exactly_once(
    student: Semantics, course_terminal: Terminal
) -> None:
    course_terminal.type(put(CHAOS, SHORT))
    student.in_background(put(READING, {"--rate 1": "--rate 20"}))
    faster = put(WRITING, {"--count 1200 --rate 2": "--count 600 --rate 6", "&": ""})
    student.line(faster, seconds=300)
    assert "startedAt" in course_terminal.type(CHAOS_STATUS)
    lost, _ = student.compared("semantics", "exactly-once", 600)
    assert lost == 0
    student.until(lambda: "traités" in student.line("cat consumer.txt"), "all read")
    (read,) = re.findall(r"(\d+) messages", student.line("cat consumer.txt"))
    assert int(read) >= 600
    student.wait("ChaosEnded")
    student.until_passed("s12-chaos")


def test_readings_are_written_and_read_with_three_kinds_of_schemas(student: Semantics) -> None:
    said = ""
    for step in section(PAGE, "## Part 6: schemas", "## The end"):
        said += student.line(*(command.text for command in step.commands))
    assert said.count("Nantes") == said.count("Brest") == 3
    assert '"subject":"readings-avro-value"' in said.replace(" ", "")
    student.until_passed("s14-avro", "s15-json", "s16-protobuf")
