"""The courses' clients against a lab's Kafka: the first record of a fresh topic, and what a group
reads at its first poll. With one broker and with three, without a login and with one.

docs/access.md has the same clients and ways in a table.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl
from tests.e2e.conftest import namespaces
from tests.e2e.courses import Course, plain_pod
from tools.artifacts import get
from tools.artifacts.jar import compile_java, packed
from tools.generate.clients_table import CLIENTS, WAYS, Client, Way
from tools.images import reference

NAMES = {
    "kafka-console-producer and -consumer": "console",
    "kcat": "kcat",
    "kafka-python": "kafka-python",
    "confluent-kafka": "confluent-kafka",
    "Java, kafka-clients": "java",
    "Spark's Kafka source": "spark",
}
SOURCES = Path(__file__).parent / "java"
# Every program takes WAY BOOTSTRAP TOPIC GROUP, and prints its version and what it has read.
# /tmp/WAY.properties and /tmp/WAY.kcat say how to log in; without a login they are empty.
SETTINGS = """
umask 077
: > /tmp/PLAINTEXT.properties
: > /tmp/PLAINTEXT.kcat
printf 'security.protocol=SASL_PLAINTEXT\\nsasl.mechanism=SCRAM-SHA-512\\n' \
  | tee /tmp/SCRAM-SHA-512.properties > /tmp/SCRAM-SHA-512.kcat
echo "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required\
 username=\\"$KAFKA_USER\\" password=\\"$KAFKA_PASSWORD\\";" >> /tmp/SCRAM-SHA-512.properties
printf 'sasl.username=%s\\nsasl.password=%s\\n' "$KAFKA_USER" "$KAFKA_PASSWORD" \
  >> /tmp/SCRAM-SHA-512.kcat
"""
CONSOLE = """
kafka-topics.sh --version
echo first | kafka-console-producer.sh --bootstrap-server "$2" --topic "$3" \
  --command-config "/tmp/$1.properties"
kafka-console-consumer.sh --bootstrap-server "$2" --topic "$3" --group "$4" --from-beginning \
  --max-messages 1 --timeout-ms 60000 --command-config "/tmp/$1.properties"
"""
KCAT = """
kcat -V
echo first | kcat -F "/tmp/$1.kcat" -b "$2" -t "$3" -P
timeout 60 kcat -F "/tmp/$1.kcat" -b "$2" -X auto.offset.reset=earliest -q -c 1 -G "$4" "$3"
"""
JAVA = """
CLASSPATH=/tmp/first-record.jar kafka-run-class.sh FirstRecord "/tmp/$1.properties" "$2" "$3" "$4"
"""
KAFKA_PYTHON = """
import os, sys, kafka
way, servers, topic, group = sys.argv[1:]
login = {"bootstrap_servers": servers.split(",")}
if way != "PLAINTEXT":
    login |= {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": way,
              "sasl_plain_username": os.environ["KAFKA_USER"],
              "sasl_plain_password": os.environ["KAFKA_PASSWORD"]}
print(kafka.__version__)
producer = kafka.KafkaProducer(**login)
producer.send(topic, b"first").get(timeout=30)
producer.close()
consumer = kafka.KafkaConsumer(topic, group_id=group, auto_offset_reset="earliest",
                               consumer_timeout_ms=60000, **login)
print(next(consumer).value.decode())
consumer.close()
"""
CONFLUENT = """
import os, sys, confluent_kafka
way, servers, topic, group = sys.argv[1:]
login = {"bootstrap.servers": servers}
if way != "PLAINTEXT":
    login |= {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": way,
              "sasl.username": os.environ["KAFKA_USER"],
              "sasl.password": os.environ["KAFKA_PASSWORD"]}
print(confluent_kafka.__version__)
producer = confluent_kafka.Producer({**login, "acks": "all"})
producer.produce(topic, b"first")
assert producer.flush(30) == 0
consumer = confluent_kafka.Consumer({**login, "group.id": group, "auto.offset.reset": "earliest"})
consumer.subscribe([topic])
message = consumer.poll(60)
assert message is not None, "nothing in the first poll"
assert message.error() is None, message.error()
print(message.value().decode())
consumer.close()
"""
SPARK = """
import os, sys
from pyspark.sql import SparkSession
way, servers, topic, group = sys.argv[1:]
login = {"kafka.bootstrap.servers": servers}
if way != "PLAINTEXT":
    user, password = os.environ["KAFKA_USER"], os.environ["KAFKA_PASSWORD"]
    module = "org.apache.kafka.common.security.scram.ScramLoginModule"
    login |= {"kafka.security.protocol": "SASL_PLAINTEXT", "kafka.sasl.mechanism": way,
              "kafka.sasl.jaas.config":
                  f'{module} required username="{user}" password="{password}";'}
spark = SparkSession.builder.master("local[1]").getOrCreate()
print(spark.version)
first = spark.createDataFrame([("first",)], "value string")
first.write.format("kafka").options(**login).option("topic", topic).save()
source = spark.read.format("kafka").options(**login).option("subscribe", topic)
(row,) = source.option("kafka.group.id", group).load().selectExpr("CAST(value AS STRING)").collect()
print(row.value)
"""
PROGRAMS = {
    "console": ("sh", "-euc", CONSOLE, "sh"),
    "kcat": ("sh", "-euc", KCAT, "sh"),
    "kafka-python": ("python3", "-c", KAFKA_PYTHON),
    "confluent-kafka": ("python3", "-c", CONFLUENT),
    "java": ("sh", "-euc", JAVA, "sh"),
    "spark": ("python3", "-c", SPARK),
}


class Clients(Course):
    """A lab with a fresh topic for each client and way, and a pod for each of their images."""

    brokers = 1

    def servers(self, way: Way) -> str:
        """Where a client finds the brokers."""
        if way.security == "PLAINTEXT":
            return f"{self.name}-kafka:9092"
        return ",".join(f"{host}:9092" for host in self.hosts())

    def hosts(self) -> list[str]:
        """The listener with a login sends clients to load balancers: in the cluster, by the names
        of their Services."""
        service = f"{self.name}-kafka-loadbalancer"
        return [f"{service}-{i}.{self.namespace}.svc" for i in range(self.brokers)]

    def begin_with(self, brokers: int) -> None:
        """Apply the lab, and wait until it is Ready and the pods run."""
        self.brokers = brokers
        topics = [
            {"name": topic(client, way), "partitions": 3}
            for client in CLIENTS
            for way in WAYS
            if way.brokers == brokers
        ]
        access = {"kafka": {"loadBalancer": {"hosts": self.hosts()}}}
        kafka = {"brokers": brokers, "topics": topics}
        self.apply({"weather": False, "kafka": kafka, "access": access})
        self.wait("Ready")
        for image in sorted({client.image for client in CLIENTS}):
            self.create(self.pod_of(image))
        for image in sorted({client.image for client in CLIENTS}):
            ready = ("--for=condition=Ready", f"pod/{image}", "--timeout=240s")
            self.kubectl("wait", "-n", self.namespace, *ready, timeout=300)
        self.shell("pod/toolbox", SETTINGS)

    def pod_of(self, image: str) -> dict[str, Any]:
        """An image that waits for commands, with the lab's login in its environment."""
        secret = f"{self.name}-credentials"
        env = [
            {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
            for name, key in (
                ("KAFKA_USER", "kafka-username"),
                ("KAFKA_PASSWORD", "kafka-password"),
            )
        ]
        idle = {"command": ["sleep", "infinity"], "workingDir": "/tmp", "env": env}
        return plain_pod(image, reference(image), **idle)

    def put(self, jar: bytes) -> None:
        """The Java program, where the toolbox finds it."""
        text = base64.b64encode(jar).decode()
        where = ("sh", "-c", "base64 -d > /tmp/first-record.jar")
        self.run("pod/toolbox", *where, stdin=text)


def topic(client: Client, way: Way) -> str:
    """The topic that nothing else writes."""
    return f"{NAMES[client.name]}-{way.security.lower()}"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """tests/e2e/java, compiled against the jars of the lab's Kafka."""
    home = tmp_path_factory.mktemp("java")
    classes = home / "classes"
    classes.mkdir()
    compile_java(SOURCES, get("kafka-jars") / "jars", classes, home / "log")
    return packed("1", {path.name: path.read_bytes() for path in classes.glob("*.class")})


@pytest.fixture(scope="module", params=[1, 3], ids=["one broker", "three brokers"])
def lab(request: pytest.FixtureRequest, kubectl: Kubectl, program: bytes) -> Iterator[Clients]:
    """One lab for all clients, with so many brokers."""
    with namespaces(kubectl) as make:
        made = Clients(kubectl, make(), "meteo")
        made.begin_with(request.param)
        made.put(program)
        yield made


@pytest.mark.parametrize("security", sorted({way.security for way in WAYS}))
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: NAMES[client.name])
def test_a_client_writes_a_first_record_and_its_group_reads_it(
    lab: Clients, client: Client, security: str
) -> None:
    way = Way(lab.brokers, security)
    name = topic(client, way)
    arguments = (security, lab.servers(way), name, f"first-{name}")
    said = lab.run(f"pod/{client.image}", *PROGRAMS[NAMES[client.name]], *arguments, seconds=240)
    lines = said.splitlines()
    assert lines[-1:] == ["first"], said
    assert client.version in said.removesuffix("first\n"), said
