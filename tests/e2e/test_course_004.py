"""Course 004, liveconnect: a CSV dropped by SFTP comes back numbered; and what can go wrong.

kafka-ui and ksqlDB have no image here: the lab says so and is Ready without them. What is typed for
ksqlDB goes to a double of it.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncssh
import pytest

from tests.e2e import ksqldb_stand_in
from tests.e2e.cluster import Kubectl
from tests.e2e.conftest import namespaces
from tests.e2e.courses import Course
from tests.e2e.elsewhere import Machine, free_ports
from tests.terminal import Terminal
from tools.pages import put, typed

PAGE = "docs/courses/004-liveconnect.md"
TOOLBOX = "deployment/liveconnect-toolbox"
NUMBERED = "jdbc_cnt_case_lines"
PSQL = ("psql", "-v", "ON_ERROR_STOP=1", "-tAc")
CSV = "incident,step\n" + "".join(
    f"I{incident},step {step}\n" for step in range(4) for incident in range(3)
)
"""Three incidents of four steps, one line of each in turn."""
CONDITIONS = "kubectl get slab liveconnect -o jsonpath='{range .status.conditions"
FIRST_PASSWORD = "kubectl get secret liveconnect-credentials -o jsonpath='{.data.sftp-password"
JSON = '[{"incident": "I30", "step": "open"}, {"incident": "I30", "step": "close"}]'
TOO_LARGE = "x" * 1_048_500
EXCEL = "\r\n".join(
    ["Incident;Case Id;Étape;", "I20;C 1;clôturé à 5 €;", f"I21;{TOO_LARGE};;", "I22;C 3;;", ";;;"]
)
"""As a French Excel saves it; the row of I21 is larger than a record may be."""


class Liveconnect(Course):
    """The course's lab, seen from a laptop."""

    terminal: Terminal

    @asynccontextmanager
    async def sftp(self) -> AsyncIterator[asyncssh.SFTPClient]:
        """`sftp -P 2222 foo@...`."""
        forward = put(typed(PAGE, "kubectl port-forward svc/sftp"), {" 2222": " :2222"})
        password = self.terminal.type(typed(PAGE, FIRST_PASSWORD))
        with self.terminal.forwarded(forward) as port:
            async with (
                asyncssh.connect(
                    "127.0.0.1", port, username="foo", password=password.rstrip("\n"),
                    known_hosts=None, config=None, client_keys=None, agent_path=None,
                ) as connection,
                connection.start_sftp_client() as client,
            ):  # fmt: skip
                yield client

    async def drop(self, name: str, text: str, encoding: str = "utf-8") -> None:
        """Put a file."""
        async with self.sftp() as client, client.open(name, "w", encoding=encoding) as file:
            await file.write(text)

    async def read(self, name: str, seconds: int = 30) -> str:
        """Get a file, which may not be there yet."""
        async with self.sftp() as client:
            for _ in range(seconds):
                if await client.exists(name):
                    break
                await asyncio.sleep(1)
            async with client.open(name) as file:
                return str(await file.read())

    def numbered(self) -> list[dict[str, Any]]:
        """The newest record of each row in the topic that comes out, by id."""
        text = self.terminal.type(
            typed(PAGE, "kubectl exec -it deploy/liveconnect-toolbox -- kcat")
        )
        rows = [json.loads(line)["payload"] for line in text.splitlines() if line.strip()]
        return sorted({row["id"]: row for row in rows if row}.values(), key=lambda row: row["id"])

    def sql(self, statement: str) -> str:
        """A statement in psql, as the owner of the database."""
        return self.run(TOOLBOX, *PSQL, statement).strip()

    def start(self) -> None:
        """The test cluster has no ingress controller: that is told, and stood in for."""
        self.terminal.type(typed(PAGE, "kubectl apply -f examples/liveconnect.yaml"))
        self.nobody_serves()
        self.terminal.type(typed(PAGE, "kubectl wait --for=condition=Ready"), 310)
        self.serve_pages()
        self.wait("AccessReady")

    def nobody_serves(self) -> None:
        """No page is promised while the Ingress has no address."""
        self.until(
            lambda: self.condition("AccessReady")["reason"] == "NoAddress", "a word on the Ingress"
        )
        assert not self.get()["status"].get("urls")

    def connectors(self, *added: dict[str, Any]) -> None:
        """The spec's connectors, and some more."""
        patch = {"spec": {"connect": {"connectors": [*self.declared, *added]}}}
        self.kubectl(
            "patch", "slab", self.name, "-n", self.namespace, "--type=merge", "-p",
            json.dumps(patch),
        )  # fmt: skip

    @property
    def declared(self) -> list[dict[str, Any]]:
        """The three connectors of the example."""
        found = self.get()["spec"]["connect"]["connectors"]
        return [c for c in found if c["name"] in {"csv-drop", "jdbc-sink", "jdbc-source"}]


@pytest.fixture(scope="module")
def course(kubectl: Kubectl, course_namespace: str, course_terminal: Terminal) -> Liveconnect:
    """The lab of examples/liveconnect.yaml."""
    found = Liveconnect(kubectl, course_namespace, "liveconnect")
    found.terminal = course_terminal
    found.start()
    return found


def test_every_part_has_its_condition(course: Liveconnect) -> None:
    listed = course.terminal.type(typed(PAGE, CONDITIONS))
    assert "ConnectorsReady\tTrue\t" in listed
    conditions = {c["type"]: c["status"] for c in course.get()["status"]["conditions"]}
    ours = {
        "ConnectReady", "ConnectorsReady", "SchemaRegistryReady", "PostgresqlReady", "SftpReady",
        "JupyterReady", "ToolboxReady", "DbtReady", "AccessReady", "KafkaReady", "TopicsReady",
    }  # fmt: skip
    assert ours <= {kind for kind, status in conditions.items() if status == "True"}
    assert course.not_offered() == {"KafkaUIReady", "KsqldbReady"}
    course.until_passed("s01-start")


def test_the_registry_answers_without_a_path_and_kafkacat_by_its_old_name(
    course: Liveconnect,
) -> None:
    asked = ("curl", "-sf", "http://schema-registry:8081/subjects")
    assert json.loads(course.run(TOOLBOX, *asked)) == []
    told = course.run(TOOLBOX, "sh", "-c", "curl -sf $SCHEMA_REGISTRY_URL/schemas/types")
    assert "AVRO" in json.loads(told)
    listed = course.run(TOOLBOX, "kafkacat", "-b", "kafka:9092", "-L")
    assert 'topic "JDBC_TABLE" with 1 partitions' in listed


def test_the_console_of_ksqldb_says_that_there_is_none_and_finds_one(course: Liveconnect) -> None:
    console = typed(PAGE, "kubectl exec -it deploy/liveconnect-toolbox -- ksql")
    statements = "SET 'auto.offset.reset' = 'earliest';\nSHOW TOPICS;\n"
    told = course.terminal.type(f"! {console} 2>&1", stdin=statements)
    assert "no answer from http://" in told
    assert "KsqldbReady" in told
    ksqldb_stand_in.start(course)
    assert ksqldb_stand_in.TOPIC in course.terminal.type(console, stdin=statements)
    (question,) = ksqldb_stand_in.asked(course)
    settings = {"auto.offset.reset": "earliest"}
    assert question == ("/ksql", {"ksql": "SHOW TOPICS;", "streamsProperties": settings})


def test_the_work_group_has_its_host_names(course: Liveconnect) -> None:
    listed = typed("docs/access.md", "kubectl get ingress -l")
    assert "liveconnect-access" in course.terminal.type(put(listed, {"meteo": "liveconnect"}))
    [ingress] = course.items("ingress")
    hosts = [rule["host"] for rule in ingress["spec"]["rules"]]
    assert "liveconnect-batch-wk1.demo.example.org" in hosts
    urls = {url["name"]: url["url"] for url in course.get()["status"]["urls"]}
    assert urls["jupyter"] == "http://liveconnect-batch-wk1.demo.example.org/"
    assert "kafka-ui" not in urls, "only what works is listed"


def test_a_page_that_is_served_no_more_is_listed_no_more(course: Liveconnect) -> None:
    course.serve_pages(served=False)
    course.nobody_serves()
    course.serve_pages()
    course.wait("AccessReady")
    assert course.get()["status"]["urls"]


async def test_a_dropped_file_comes_back_numbered(course: Liveconnect) -> None:
    await course.drop("incidents.csv", CSV)
    rows = course.until(
        lambda: rows if len(rows := course.numbered()) == 12 else None, "12 numbered rows"
    )
    by_incident = itertools.groupby(
        sorted(rows, key=lambda row: (row["incident"], row["id"])), lambda row: row["incident"]
    )
    assert {name: [row["cnt"] for row in group] for name, group in by_incident} == {
        "I0": [1, 2, 3, 4],
        "I1": [1, 2, 3, 4],
        "I2": [1, 2, 3, 4],
    }
    table = course.terminal.type(typed(PAGE, "kubectl exec -it deploy/liveconnect-toolbox -- psql"))
    assert "(12 rows)" in table
    course.until_passed("s02-drop", "s03-numbered")


SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""The first bytes that a client of PostgreSQL sends; the server answers one letter."""


def test_the_database_is_reached_through_a_forwarded_port(course: Liveconnect) -> None:
    forward = put(typed(PAGE, "kubectl port-forward svc/data-transform"), {" 5432": " :5432"})
    with (
        course.terminal.forwarded(forward) as port,
        socket.create_connection(("127.0.0.1", port), timeout=20) as line,
    ):
        line.sendall(SSL_REQUEST)
        assert line.recv(1) in {b"S", b"N"}


async def test_a_failed_task_is_told_within_fifteen_seconds_and_heals(course: Liveconnect) -> None:
    course.terminal.type(
        typed(PAGE, "kubectl exec deploy/liveconnect-toolbox -- psql -c 'REVOKE INSERT")
    )
    await course.drop("more.csv", "incident,step\nI9,first\nI9,second\n")
    failed = course.until(
        lambda: [
            c for c in _connect(course)["jdbc-sink"]["status"]["tasks"] if c["state"] == "FAILED"
        ],
        "a failed task",
        60,
    )
    assert failed
    began = time.monotonic()
    message = course.wait("ConnectorsReady", "False")
    assert time.monotonic() - began <= 15
    assert "jdbc-sink" in message
    course.terminal.type(
        typed(PAGE, "kubectl exec deploy/liveconnect-toolbox -- psql -c 'GRANT INSERT")
    )
    course.wait("ConnectorsReady")
    course.until(lambda: len(course.numbered()) == 14, "the two rows that waited")


async def test_a_french_excel_file_is_read_and_only_its_bad_row_set_aside(
    course: Liveconnect,
) -> None:
    await course.drop("excel.csv", EXCEL, "windows-1252")
    columns = (
        "SELECT incident, case_id, etape FROM jdbc_table WHERE incident IN ('I20', 'I21', 'I22')"
    )
    exist = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'etape'"
    course.until(lambda: course.sql(exist) == "1", "the columns of the file")
    rows = course.until(
        lambda: found if len(found := course.sql(columns).splitlines()) == 2 else None, "rows"
    )
    assert sorted(rows) == ["I20|C 1|clôturé à 5 €", "I22|C 3|"]
    reason = await course.read("error/excel.csv.reason.txt")
    assert reason.startswith("line 3: Kafka Connect could not send this row")
    states = {c["name"]: c["state"] for c in course.get()["status"]["connectors"]}
    assert states["csv-drop"] == "RUNNING"
    course.until_passed("s04-excel")


async def test_a_json_file_comes_back_numbered_as_a_csv_file_does(course: Liveconnect) -> None:
    await course.drop("incidents.json", JSON)

    def counted() -> list[int]:
        return sorted(row["cnt"] for row in course.numbered() if row["incident"] == "I30")

    course.until(lambda: counted() == [1, 2], "the two rows of the JSON file")
    steps = "SELECT step FROM jdbc_table WHERE incident = 'I30' ORDER BY id"
    assert course.sql(steps).splitlines() == ["open", "close"]


CASES: tuple[dict[str, Any], dict[str, Any]] = (
    {
        "name": "cases-drop",
        "class": "dev.streaminglab.connect.CsvDirectorySourceConnector",
        "config": {
            "input.path": "/data/drop",
            "file.pattern": "*.cases",
            "topic": "cases",
            "topic.creation.default.partitions": "1",
            "topic.creation.default.replication.factor": "1",
        },
    },
    {
        "name": "cases-sink",
        "class": "io.debezium.connector.jdbc.JdbcSinkConnector",
        "config": {
            "topics": "cases",
            "connection.url": "jdbc:postgresql://data-transform:5432/transform",
            "connection.username": "datamanager",
            "connection.password": "${secret:lab:postgresql-password}",
            "collection.name.format": "cases",
            "insert.mode": "insert",
            "primary.key.mode": "none",
            "schema.evolution": "basic",
        },
    },
)
"""A header as people write it, into a table that the sink makes wider."""


async def test_a_header_with_capitals_and_blanks_is_told_with_the_option_that_cures_it(
    course: Liveconnect,
) -> None:
    course.sql("CREATE TABLE cases (number SERIAL PRIMARY KEY)")
    course.connectors(*CASES)
    await course.drop("one.cases", "Case Id,Étape\nC 1,ouvert\nC 2,clos\n")
    reported = course.until(
        lambda: c["message"] if (c := _sink(course)).get("reason") == "TaskFailed" else None,
        "a word on the sink",
        90,
    )
    assert "already exists" in reported
    assert 'set quote.identifiers to "true"' in reported
    drop, sink = CASES
    quoted = {**sink, "config": {**sink["config"], "quote.identifiers": "true"}}
    course.connectors(drop, quoted)
    rows = course.until(lambda: found if len(found := _cases(course)) >= 2 else None, "the rows")
    assert rows == ["C 1|ouvert", "C 2|clos"]
    course.until_passed("s06-connector")
    course.connectors()
    course.wait("Ready")


def _sink(course: Liveconnect) -> dict[str, Any]:
    found = course.get()["status"].get("connectors", [])
    return next((c for c in found if c["name"] == "cases-sink"), {})


def _cases(course: Liveconnect) -> list[str]:
    return course.sql('SELECT "Case Id", "Étape" FROM cases ORDER BY 1').splitlines()


def _connect(course: Liveconnect) -> dict[str, Any]:
    """What Connect says of its connectors, asked as the course does."""
    url = "http://kafka-connect:8083/connectors?expand=status&expand=info"
    found: dict[str, Any] = json.loads(course.run(TOOLBOX, "curl", "-s", url))
    return found


LINES = {"name": "lines", "class": "dev.streaminglab.connect.CsvDirectorySourceConnector"}


@pytest.mark.parametrize(
    ("config", "reason", "named"),
    [
        ({"topic": "lines", "input.path": "drop"}, "ConfigInvalid", "input.path"),
        (
            {"topic": "lines", "input.path": "/data/drop", "a.password": "${secret:nowhere:key}"},
            "SecretMissing",
            "nowhere",
        ),
    ],
    ids=["a wrong option", "a Secret that does not exist"],
)
def test_a_bad_connector_is_named_and_nothing_else_touched(
    course: Liveconnect, config: dict[str, str], reason: str, named: str
) -> None:
    course.connectors({**LINES, "config": config})
    found = course.until(
        lambda: c if (c := course.condition("ConnectorsReady"))["reason"] == reason else None,
        f"ConnectorsReady {reason}",
        60,
    )
    assert "lines" in found["message"]
    assert named in found["message"]
    states = {c["name"]: c["state"] for c in course.get()["status"]["connectors"]}
    assert all(states[c["name"]] == "RUNNING" for c in course.declared)
    assert course.condition("ConnectReady")["status"] == "True"
    course.connectors()
    course.wait("Ready")


def test_dbt_runs_when_a_message_says_so(course: Liveconnect) -> None:
    course.terminal.type(typed(PAGE, 'echo \'{"select"'))
    results = typed(PAGE, "kubectl exec deploy/liveconnect-toolbox -- kcat")
    result = course.until(lambda: course.terminal.type(results), "a result of dbt")
    assert json.loads(result.splitlines()[-1])["status"] == "success", result
    course.until_passed("s09-dbt")


def test_a_host_name_of_another_lab_is_refused_in_words(course: Liveconnect) -> None:
    other = Course(course.kubectl, course.namespace, "other")
    host = "liveconnect-batch-wk1.demo.example.org"
    other.apply(
        {
            "profile": "nano",
            "weather": False,
            "kafka": {"topics": []},
            "jupyter": {},
            "access": {"ingress": {"domain": "demo.example.org", "hosts": {"jupyter": host}}},
        }
    )
    message = other.wait("AccessReady", "False")
    assert host in message
    assert "liveconnect" in message
    assert course.condition("AccessReady")["status"] == "True"
    other.kubectl("delete", "slab", "other", "-n", other.namespace)


ALICE = {
    "name": "alice-drop",
    "class": "dev.streaminglab.connect.CsvDirectorySourceConnector",
    "config": {
        "input.path": "/data/drop/alice",
        "file.pattern": "*.json",
        "topic": "alice",
        "topic.creation.default.partitions": "1",
        "topic.creation.default.replication.factor": "1",
    },
}
USERS = "kubectl get secret meteo-credentials -o go-template='{{index .data \"sftp"
ALICES = "spring-2027"
"""The password that the page chooses for alice."""


@pytest.fixture(scope="module")
def opened(course: Liveconnect) -> Iterator[tuple[Liveconnect, Machine]]:
    """The lab with two more users of SFTP and ports for other machines, and one of those."""
    with namespaces(course.kubectl) as make:
        machine = Machine.begin(course.kubectl, make())
        course.terminal.type(typed(PAGE, "kubectl create secret generic class-passwords"))
        names = ("kafka", "sftp", "postgresql", "schemaRegistry")
        ports = dict(zip(names, free_ports(course.kubectl, len(names)), strict=True))
        node = machine.node()
        doors = {n: {"nodePort": {"host": node, "port": ports[n]}} for n in names if n != "kafka"}
        spec = {
            "sftp": {"users": [{"name": "alice"}, {"name": "bob"}]},
            "passwordsSecretName": "class-passwords",
            "connect": {"connectors": [*course.declared, ALICE]},
            "access": {
                "kafka": {"nodePort": {"host": node, "ports": [ports["kafka"]]}},
                "outside": doors,
            },
        }
        patch = ("--type=merge", "-p", json.dumps({"spec": spec}))
        course.kubectl("patch", "slab", course.name, "-n", course.namespace, *patch)
        course.until(lambda: len(_outside(course)) == len(names), "an address for each")
        course.wait("Ready")
        yield course, machine


def _outside(course: Liveconnect) -> dict[str, tuple[str, str]]:
    """The host and the port of each service that other machines reach, as the page lists them."""
    told = course.terminal.type(
        typed(PAGE, "kubectl get slab liveconnect -o jsonpath='{range .status.endpoints")
    )
    found = {}
    for line in told.splitlines():
        name, address, _ = line.split("\t")
        component, _, way = name.partition("-via-")
        host, _, port = address.rpartition("://")[2].partition(":")
        if way == "nodeport" and host != "192.168.1.128":
            found[component] = (host, port)
    return found


def _there(course: Liveconnect, command: str, component: str) -> str:
    """A command of the page, with the addresses of this lab."""
    host, port = _outside(course)[component]
    printed = {"sftp": "30022", "postgresql": "30432", "schema-registry": "30081"}[component]
    return put(command, {"192.168.1.128": host, printed: port})


def test_a_user_of_sftp_drops_json_from_another_machine_with_a_chosen_password(
    opened: tuple[Liveconnect, Machine],
) -> None:
    course, machine = opened
    sftp = _there(course, typed(PAGE, "sftp -P 30022"), "sftp")
    machine.type("cat > a.json", stdin='{"incident": "I40"}\n{"incident": "I41"}\n')
    machine.type(sftp, password=ALICES, stdin="put a.json\n")
    host, port = _outside(course)["kafka"]
    secret = course.get("secret", f"{course.name}-credentials")["data"]
    login = [base64.b64decode(secret[f"kafka-{k}"]).decode() for k in ("username", "password")]
    words = (
        f"kcat -b {host}:{port} -X security.protocol=SASL_PLAINTEXT "
        f"-X sasl.mechanisms=SCRAM-SHA-512 -X sasl.username={login[0]} "
        '-X sasl.password="$PASSWORD" -t alice -C -e -q'
    )

    def incidents() -> list[str]:
        lines = machine.type(words, password=login[1], check=False).splitlines()
        return [json.loads(line)["payload"]["incident"] for line in lines]

    course.until(lambda: incidents() == ["I40", "I41"], "alice's rows, read outside")


def test_each_password_of_sftp_opens_one_folder(opened: tuple[Liveconnect, Machine]) -> None:
    course, machine = opened
    told = course.terminal.type(
        typed(PAGE, "kubectl get secret liveconnect-credentials -o jsonpath='{.data.sftp-users")
    )
    passwords = dict(line.split(":", 1) for line in told.splitlines())
    assert passwords["alice"] == ALICES
    again = put(typed("docs/access.md", USERS), {"meteo": course.name})
    assert course.terminal.type(again) == told
    sftp = _there(course, typed(PAGE, "sftp -P 30022"), "sftp")
    machine.type("touch who.txt")
    for user, password in passwords.items():
        command = put(sftp, {"alice@": f"{user}@"})
        machine.type(command, password=password, stdin=f"put who.txt of-{user}.txt\n")
    for folder, user in (("/", "foo"), ("/alice", "alice"), ("/bob", "bob")):
        look = f"ls -1 {folder}\n"
        seen = machine.type(put(sftp, {"alice@": "foo@"}), password=passwords["foo"], stdin=look)
        files = {word.rpartition("/")[2] for word in seen.split() if word.endswith(".txt")}
        assert files == {f"of-{user}.txt"}
    wrong = put(sftp, {"alice@": "bob@"})
    machine.type(wrong, password=ALICES, stdin="put who.txt not.txt\n", check=False)
    bobs = machine.type(wrong, password=passwords["bob"], stdin="ls -1\n")
    assert "not.txt" not in bobs


def test_the_database_and_the_registry_answer_another_machine(
    opened: tuple[Liveconnect, Machine],
) -> None:
    course, machine = opened
    psql = _there(course, typed(PAGE, "psql -h 192.168.1.128"), "postgresql")
    secret = course.get("secret", f"{course.name}-credentials")["data"]
    password = base64.b64decode(secret["postgresql-password"]).decode()
    assert machine.type(f"{psql} -tAc 'SELECT 41 + 1'", password=password).strip() == "42"
    assert machine.type(f"{psql} -tAc 'SELECT 1'", password="wrong", check=False) == ""
    asked = _there(course, typed(PAGE, "curl http://192.168.1.128:30081"), "schema-registry")
    assert isinstance(json.loads(machine.type(f"{asked} -sf")), list)


def test_no_password_is_anywhere_but_in_its_secret(course: Liveconnect) -> None:
    secret = course.get("secret", f"{course.name}-credentials")["data"]
    values = {k: base64.b64decode(v).decode() for k, v in secret.items()}
    hidden = {k: v for k, v in values.items() if not k.endswith("-username")}
    assert len(hidden) >= 4
    kinds = "slab,configmap,pod,statefulset,deployment,job,service,event,ingress,networkpolicy"
    dump = [course.kubectl("get", kinds, "-n", course.namespace, "-o", "yaml").stdout]
    dump.append(json.dumps(_connect(course)))
    for pod in course.items("pods"):
        name = pod["metadata"]["name"]
        words = ("logs", "-n", course.namespace, name, "--all-containers")
        dump.append(course.kubectl(*words, check=False).stdout)
    operator = ("logs", "-n", "streaminglab-system", "deployment/streaminglab-operator")
    dump.append(course.kubectl(*operator).stdout)
    text = "\n".join(dump)
    assert [key for key, value in hidden.items() if value in text] == []
