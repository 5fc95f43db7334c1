"""Course 002: topic, producer and consumer in Python, MongoDB's connector by REST.

MongoDB itself has no image here: the lab says so, and `mongodb-stand-in` answers in its place.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.e2e import stand_in
from tests.e2e.cluster import Kubectl
from tests.e2e.courses import COURSES, Course, between, plain_pod
from tests.terminal import Terminal
from tools.artifacts.versions import pin
from tools.images import reference
from tools.pages import fences, put, typed

PAGE = "docs/courses/002-onyxia-kafka.md"
PUT = typed(PAGE, "curl -X PUT http://kafka-connect:8083/connectors/mongodb/config")
STATUS = typed(PAGE, "curl http://kafka-connect:8083/connectors/mongodb/status")
JUPYTER = "onyxia-kafka-jupyter-0"
PLAIN = "plain"
FAILING = "curl -s --fail-with-body --max-time 60"
"""So that a refusal fails the test."""
SOURCE = "com.mongodb.kafka.connect.MongoSourceConnector"
NAMES = next(yaml.safe_load(fence.text) for fence in fences(PAGE) if fence.language == "yaml")
"""The names of the pages, as the page gives them."""

MAKE_TOPIC = """
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic
admin = KafkaAdminClient(bootstrap_servers="kafka:9092")
admin.create_topics([NewTopic("test", num_partitions=2, replication_factor=1)])
producer = KafkaProducer(bootstrap_servers="kafka:9092")
for partition, key in enumerate([b"test1", b"test2"]):
    producer.send("test", key=key, value=b"1", partition=partition).get(timeout=20)
"""
PRODUCE = """
import csv
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers="kafka:9092")
with open("usagers-2022.csv", newline="") as file:
    for row, _ in zip(csv.DictReader(file, delimiter=";"), range(3)):
        print(row["Num_Acc"], row["grav"])
        producer.send("test", key=row["Num_Acc"].encode(), value=row["grav"].encode())
producer.flush()
"""
CONSUME = """
from kafka import KafkaConsumer
consumer = KafkaConsumer("test", bootstrap_servers="kafka:9092", group_id="mine",
                         auto_offset_reset="earliest", consumer_timeout_ms=10000)
for message in consumer:
    print(message.key.decode(), message.value.decode())
"""
INSERT = """
import sys
from pymongo import MongoClient
with MongoClient(sys.argv[1]) as client:
    client.defaultdb.test.insert_one({"usager": 1, "grav": 2})
"""
COUNT = """
import os
from pymongo import MongoClient
with MongoClient(os.environ["MONGODB_URI"]) as client:
    print(client.defaultdb["usagers-reels"].count_documents({}))
"""
NOTEBOOK = """
import json, sys, nbclient, nbformat
book = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(book, timeout=120, kernel_name="python3").execute()
outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
print(json.dumps([output.get("text", "") for output in outputs]))
"""
SCALA = """
val lus = spark.read.format("kafka").option("kafka.bootstrap.servers", "kafka:9092").
  option("subscribe", "spark-gravites").load()
println("lus en Scala : " + lus.count())
"""


@pytest.fixture(scope="module")
def onyxia(kubectl: Kubectl, course_namespace: str, course_terminal: Terminal) -> Iterator[Course]:
    """The lab of examples/onyxia-kafka.yaml, and a pod like one made by `kubectl run`."""
    course = Course(kubectl, course_namespace, "onyxia-kafka")
    idle = {"command": ["sleep", "infinity"], "workingDir": "/tmp"}
    course.create(plain_pod(PLAIN, reference("toolbox"), **idle))
    course_terminal.type(typed(PAGE, "kubectl apply -f examples/onyxia-kafka.yaml"))
    course_terminal.type(typed(PAGE, "kubectl wait --for=condition=Ready"), 310)
    yield course


@pytest.fixture(scope="module")
def password(onyxia: Course) -> str:
    """The password of the stand-in for MongoDB, which runs from now on."""
    return stand_in.start(onyxia)


def python(lab: Course, program: str, *words: str, seconds: float = 120) -> str:
    """A program run by the Python of the lab's Jupyter; what it printed."""
    return lab.run(JUPYTER, "python3", "-c", program, *words, seconds=seconds)


def read(lab: Course, topic: str, line: str) -> list[str]:
    """The records of a topic, as the plain pod reads them with kcat."""
    kcat = ("kcat", "-b", "kafka:9092", "-t", topic, "-C", "-o", "beginning", "-e", "-q")
    return lab.run(PLAIN, *kcat, "-f", f"{line}\n").splitlines()


def test_the_lab_is_ready_without_mongodb_and_says_why(onyxia: Course) -> None:
    assert "MongodbReady" in onyxia.not_offered()
    message = onyxia.condition("MongodbReady")["message"]
    assert "does not offer mongodb" in message
    assert "without kafka-ui, mongodb" in onyxia.condition("Ready")["message"]
    assert onyxia.condition("Ready")["status"] == "True"


def test_the_page_shows_addresses_a_password_and_what_is_not_offered(
    onyxia: Course, course_terminal: Terminal
) -> None:
    ways = typed(PAGE, "kubectl get slab onyxia-kafka \\\n  -o jsonpath='{range .status.endpoints")
    assert "jupyter\thttp://jupyter:8888\n" in course_terminal.type(ways)
    password = typed(PAGE, "kubectl get secret onyxia-kafka-credentials")
    assert len(course_terminal.type(password)) > 16
    lacking = typed(PAGE, "kubectl get slab onyxia-kafka -o jsonpath='{range .status.conditions")
    assert "this installation does not offer mongodb" in course_terminal.type(lacking)
    onyxia.until_passed("e1-1-start")


def test_the_pages_have_the_names_that_the_page_gives_them(
    onyxia: Course, course_terminal: Terminal
) -> None:
    onyxia.kubectl(
        "patch", "slab", onyxia.name, "-n", onyxia.namespace, "--type=merge", "-p",
        json.dumps({"spec": NAMES}),
    )  # fmt: skip
    onyxia.serve_pages()
    urls = typed(PAGE, "kubectl get slab onyxia-kafka -o jsonpath='{range .status.urls")
    named = "jupyter\thttp://user-jdupont-jupyter.user.lab.sspcloud.fr/\n"
    onyxia.until(lambda: named in course_terminal.type(urls), "Jupyter's own name")
    [ingress] = onyxia.items("ingress")
    assert ingress["spec"]["ingressClassName"] == "onyxia"


def test_jupyter_and_a_pod_without_labels_reach_kafka_by_the_courses_name(onyxia: Course) -> None:
    python(onyxia, MAKE_TOPIC)
    assert sorted(read(onyxia, "test", "%p %k %s")) == ["0 test1 1", "1 test2 1"]
    onyxia.until_passed("e1-3-topic", "e1-4-messages")


def test_a_producer_and_a_consumer_in_python_carry_the_first_three_accidents(
    onyxia: Course,
) -> None:
    sent = python(onyxia, PRODUCE).splitlines()
    received = python(onyxia, CONSUME).splitlines()
    assert len(sent) == 3
    assert not Counter(sent) - Counter(received), "each of them is received"
    assert all(line.startswith("2022") and line[-1] in "1234" for line in sent)
    onyxia.until_passed("e2-1-producer", "e2-2-consumer")


def test_the_courses_connector_posted_as_printed_brings_an_inserted_document_into_a_topic(
    onyxia: Course, password: str
) -> None:
    listed = put(
        typed(PAGE, "curl http://kafka-connect:8083/connector-plugins"), {"curl ": f"{FAILING} "}
    )
    plugins = onyxia.shell(JUPYTER, listed)
    assert SOURCE in {plugin["class"] for plugin in json.loads(plugins)}
    config = printed(password)
    onyxia.run(JUPYTER, "sh", "-c", "cat > mongodb.json", stdin=config)
    onyxia.shell(JUPYTER, put(PUT, {"curl ": f"{FAILING} "}))
    onyxia.until(lambda: states(onyxia) == ["RUNNING"], "the connector's task")

    onyxia.until(lambda: inserted(onyxia, json.loads(config)["connection.uri"]), "defaultdb.test")
    onyxia.until_passed("e3-4-connector", "e3-5-document")


def printed(password: str) -> str:
    """The course's JSON as its page prints it, with the four placeholders filled in."""
    text = between("002-onyxia-kafka.md", "connector").strip("`").removeprefix("json\n")
    known = {"username": stand_in.USER, "password": password, "host": "mongodb", "port": "27017"}
    for name, value in known.items():
        assert f"<{name}>" in text
        text = text.replace(f"<{name}>", value)
    return text


def states(lab: Course) -> list[str]:
    """States of the connector's tasks."""
    status = json.loads(lab.shell(PLAIN, put(STATUS, {"curl ": f"{FAILING} "})))
    return [task["state"] for task in status["tasks"]]


def inserted(lab: Course, address: str) -> list[dict[str, Any]]:
    """Insert the course's document; the documents that arrived in the topic by now.

    A source connector sees what is inserted after it began to watch, a moment after RUNNING.
    """
    python(lab, INSERT, address)
    documents = [event(value)["fullDocument"] for value in read(lab, "defaultdb.test", "%s")]
    assert all((found["usager"], found["grav"]) == (1, 2) for found in documents)
    return documents


def event(value: str) -> dict[str, Any]:
    """A record's value is a text in JSON that holds the change event, which is JSON too."""
    found: dict[str, Any] = json.loads(json.loads(value))
    return found


def printed_by(lab: Course, book: str) -> str:
    """What the cells of a notebook of Jupyter's home print, run one after the other."""
    last = python(lab, NOTEBOOK, book, seconds=240).splitlines()[-1]
    return "".join(json.loads(last))


def test_the_notebook_of_the_students_has_its_addresses_and_its_file(
    onyxia: Course, password: str
) -> None:
    said = printed_by(onyxia, "002-kafka.ipynb")
    assert "Kafka : onyxia-kafka-kafka:9092" in said
    assert "MongoDB : base defaultdb" in said
    assert "usagers," in said
    assert "kafka_cluster_id" in said


def test_the_notebook_of_the_answers_runs_from_its_first_cell_to_its_last(
    onyxia: Course, password: str
) -> None:
    solved = (COURSES / "answers" / "002-kafka.ipynb").read_text(encoding="utf-8")
    onyxia.run(JUPYTER, "sh", "-c", "cat > solved.ipynb", stdin=solved)
    said = printed_by(onyxia, "solved.ipynb")
    assert "test : 2 partitions" in said
    assert SOURCE in said
    assert "lignes écrites" in said
    inserted_now = re.findall(r"inséré : ([0-9a-f]{24})", said)
    events = said.replace("\\", "")
    assert any(f'"$oid": "{number}"' in events for number in inserted_now), said
    assert int(python(onyxia, COUNT)) >= 13
    onyxia.until_passed("e2-3-mongodb")


def test_the_notebook_of_spark_reads_a_topic_as_a_batch_and_as_a_stream(onyxia: Course) -> None:
    """Batch and stream find the same messages: at first those of the one cell that writes."""
    for written in (100, 200):
        said = printed_by(onyxia, "002-spark.ipynb")
        assert f"Spark {pin('maven', 'spark')}, Kafka : " in said
        assert "100 messages écrits" in said
        assert f"{written} messages lus par lots" in said, said
        assert f"{written} messages lus en flux" in said, said
        assert "au plus 1 partition par accident" in said


def test_the_batch_notebooks_scala_runs_in_a_terminal(onyxia: Course) -> None:
    said = onyxia.run(JUPYTER, "spark-shell", "--master", "local[1]", stdin=SCALA, seconds=240)
    assert "lus en Scala : 200" in said, said


def test_the_connector_made_by_rest_is_listed_as_unmanaged(
    onyxia: Course, password: str, course_terminal: Terminal
) -> None:
    listed = onyxia.until(lambda: onyxia.get()["status"].get("connectors"), "connectors")
    assert [(c["name"], c["managed"]) for c in listed] == [("mongodb", False)]
    shown = typed(
        PAGE, "kubectl get slab onyxia-kafka \\\n  -o jsonpath='{range .status.connectors"
    )
    assert course_terminal.type(shown).startswith("mongodb\tfalse\t")
    assert password not in json.dumps(onyxia.get())
