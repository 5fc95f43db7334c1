"""Course 003: Kafka as the source of truth. A program's table is lost, and made again by replay."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.e2e import java_shop
from tests.e2e.cluster import Kubectl
from tests.e2e.courses import Course
from tests.terminal import Terminal
from tools.pages import section, typed

pytestmark = pytest.mark.core
PAGE = "docs/courses/003-source-of-truth.md"
TOOLBOX = "deployment/jee-toolbox"
TABLE = """
import json, sqlite3, sys
table = sqlite3.connect(sys.argv[1])
rows = table.execute("SELECT id, name, city FROM client ORDER BY id").fetchall()
print(json.dumps([table.execute("SELECT position FROM log").fetchone()[0], rows]))
"""
CUT = "----- the next command"
Change = tuple[str, Mapping[str, object]]
Rows = list[tuple[int, str, str]]

FIRST: list[Change] = [
    *(("CLIENT-PUT", {"id": n, "name": f"client {n}", "city": "Nantes"}) for n in range(40)),
    *(("CLIENT-DELETE", {"id": n}) for n in range(0, 40, 4)),
    ("CLIENT-ASK", {"id": 1}),
]
SECOND: list[Change] = [
    *(("CLIENT-PUT", {"id": n, "name": f"client {n}", "city": "Rennes"}) for n in range(30, 60)),
    *(("CLIENT-DELETE", {"id": n}) for n in range(1, 60, 7)),
]


def state(changes: list[Change]) -> Rows:
    """What the table must hold after these changes."""
    found: dict[object, tuple[int, str, str]] = {}
    for key, value in changes:
        if key == "CLIENT-PUT":
            found[value["id"]] = (int(str(value["id"])), str(value["name"]), str(value["city"]))
        elif key == "CLIENT-DELETE":
            found.pop(value["id"], None)
    return sorted(found.values())


class Shop(Course):
    """The course's lab, and the program in its toolbox."""

    def say(self, changes: list[Change]) -> None:
        """Write changes into the log, with kcat."""
        lines = "".join(f"{key}\t{json.dumps(value)}\n" for key, value in changes)
        kcat = ("kcat", "-b", "kafka:9092", "-t", "clients", "-P", "-K", "\t")
        self.run(TOOLBOX, *kcat, stdin=lines)

    def log(self) -> list[Change]:
        """Every change in the log, as kcat reads it."""
        kcat = ("kcat", "-b", "kafka:9092", "-t", "clients", "-C", "-e", "-q", "-f", "%k\t%s\n")
        lines = self.run(TOOLBOX, *kcat).splitlines()
        return [(key, json.loads(value)) for key, _, value in (li.partition("\t") for li in lines)]

    def start(self, table: str) -> str:
        """Start the program in the background; its process id."""
        line = f"python3 consumer.py {table} > {table}.log 2>&1 < /dev/null & echo $!"
        return self.shell(TOOLBOX, line).strip()

    def replay(self, table: str) -> str:
        """Run the program to the log's end; what it said."""
        return self.run(TOOLBOX, "python3", "consumer.py", table, "--to-end")

    def table(self, name: str) -> tuple[int, Rows]:
        """How far the log is in a table, and the table's rows."""
        position, rows = json.loads(self.run(TOOLBOX, "python3", "-c", TABLE, name))
        return position, [tuple(row) for row in rows]

    def wait_for(self, table: str, position: int) -> None:
        """Wait until a running program has carried so much of the log into its table."""
        log = f"tail -n 1 {table}.log"
        end = f"at the end of the log: {position}"
        self.until(lambda: end in self.shell(TOOLBOX, log), f"{table} at {position}")


@pytest.fixture(scope="module")
def shop(kubectl: Kubectl, course_namespace: str, course_terminal: Terminal) -> Iterator[Shop]:
    """The lab of examples/jee.yaml, with the course's program in its toolbox."""
    course = Shop(kubectl, course_namespace, "jee")
    course_terminal.type(typed(PAGE, "kubectl apply -f examples/jee.yaml"))
    course_terminal.type(typed(PAGE, "kubectl wait --for=condition=Ready"), 310)
    course_terminal.type(typed(PAGE, "kubectl exec -i deploy/jee-toolbox"))
    yield course


def test_the_commands_of_the_page_print_what_the_page_says(
    shop: Shop, course_terminal: Terminal
) -> None:
    assert shop.log() == [], "this test is the first: the page begins with an empty log"
    steps = section(PAGE, "## Write changes", "## In Java")
    # Who types takes longer than a program that shares its processor with the whole lab.
    wait = "timeout 60 sh -c 'until grep -q ^at consumer.log; do sleep 0.2; done'"
    script = f"echo {CUT}\n".join(
        "".join(f"{command.text}\n" for command in step.commands) for step in steps
    )
    into = typed(PAGE, "kubectl exec -it deploy/jee-toolbox -- bash")
    printed = course_terminal.type(into, stdin=script.replace(" &\n", f" &\n{wait}\n"))
    for step, found in zip(steps, printed.split(f"{CUT}\n"), strict=True):
        assert found.splitlines() == step.output.splitlines(), step.commands
    shop.until_passed("s1-log", "s2-changes", "s4-kill")


def test_the_courses_switch_in_java_makes_the_same_table_in_a_group(
    shop: Shop, tmp_path: Path
) -> None:
    log = shop.log()
    said = java_shop.run(shop, TOOLBOX, java_shop.compiled(PAGE, tmp_path), "shop", len(log))
    rows = [json.loads(line) for line in said if line.startswith("{")]
    assert [(row["id"], row["name"], row["city"]) for row in rows] == state(log)
    assert said.count("Err: unknown key - CLIENT-ASK") == 1
    shop.until_passed("s6-own-consumer")


def test_a_killed_program_that_lost_its_table_makes_the_same_one_from_the_log(shop: Shop) -> None:
    shop.say(FIRST)
    early = shop.log()
    process = shop.start("shop.db")
    shop.wait_for("shop.db", len(early))
    assert shop.table("shop.db") == (len(early), state(early))
    assert "Err: unknown key - CLIENT-ASK" in shop.shell(TOOLBOX, "cat shop.db.log")

    shop.shell(TOOLBOX, f"kill -9 {process}")
    shop.say(SECOND)
    assert shop.table("shop.db") == (len(early), state(early)), "nobody follows the log"
    shop.shell(TOOLBOX, "rm shop.db")
    said = shop.replay("shop.db")

    everything = shop.log()
    assert everything == early + [(key, dict(value)) for key, value in SECOND]
    assert "reading clients from 0 on" in said
    assert shop.table("shop.db") == (len(everything), state(everything))


def test_a_killed_program_that_kept_its_table_goes_on_where_it_was(shop: Shop) -> None:
    shop.say(FIRST)
    shop.replay("kept.db")
    before, _ = shop.table("kept.db")
    process = shop.start("kept.db")
    shop.wait_for("kept.db", before)
    shop.shell(TOOLBOX, f"kill -9 {process}")
    shop.say(SECOND)

    went_on, replayed = shop.replay("kept.db"), shop.replay("fresh.db")

    assert f"reading clients from {before} on" in went_on
    assert "reading clients from 0 on" in replayed
    assert shop.table("kept.db") == shop.table("fresh.db")
    assert shop.table("fresh.db")[0] == before + len(SECOND)
