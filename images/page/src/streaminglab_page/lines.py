"""The lines to type for a part of a lab, by what it speaks. Pure.

What a line is made of comes from a spec that somebody wrote, and a student pastes it: each word is
quoted for the shell, or for Python.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from string import Template
from urllib.parse import quote

from streaminglab_page.bounded import text
from streaminglab_page.target import Target
from streaminglab_page.view import Line

KAFKA, INFLUXDB, POSTGRES, MONGODB, SSH = 9092, 8086, 5432, 27017, 2222
"""Ports by which a part's protocol is known."""
_Q = shlex.quote
JAVA = Template("""\
// Read.java, with org.apache.kafka:kafka-clients
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

public class Read {
    public static void main(String[] words) {
        var settings = new Properties();
$settings
        try (var consumer = new KafkaConsumer<String, String>(settings)) {
            consumer.assign(consumer.partitionsFor($topic).stream()
                .map(one -> new TopicPartition(one.topic(), one.partition())).toList());
            consumer.seekToBeginning(consumer.assignment());
            while (true) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    System.out.println(
                        record.partition() + " " + record.offset() + " " + record.value());
                }
            }
        }
    }
}""")


def lines(target: Target) -> tuple[Line, ...]:
    """How to reach it, by tool; nothing for what nobody can type a line for."""
    if not target.ports:
        return ()
    if target.outside:
        return tuple(_kafka_outside(target))
    special = SPECIAL.get(target.ports[0], _http if target.is_http else _forward)
    return tuple(special(target))


def _forward(target: Target) -> Iterator[Line]:
    port = target.ports[0]
    yield Line("kubectl", _kubectl(target, f"port-forward service/{target.service} {port}"))


def _http(target: Target) -> Iterator[Line]:
    yield from _forward(target)
    yield Line("curl", f"curl -s {_Q(target.address)}")


def _kafka(target: Target) -> Iterator[Line]:
    server, topic = _Q(target.address), _Q(target.topic)
    tool = "/opt/kafka/bin/kafka-topics.sh --bootstrap-server localhost:9092 --describe"
    yield Line("kubectl", _kubectl(target, f"exec {target.service}-0 -- {tool}"))
    yield Line("kcat", f"kcat -b {server} -t {topic} -C -o -5 -e")
    yield Line("python", _consumer(target, ""))
    yield Line("java", _java(target, {}))


def _kafka_outside(target: Target) -> Iterator[Line]:
    if target.host == "localhost":
        forwards = (
            _kubectl(target, f"port-forward pod/{target.service}-{number} {port}")
            for number, port in enumerate(target.ports)
        )
        yield Line("kubectl", "\n".join(forwards))
    user = target.user or "..."
    login = (
        "-X security.protocol=SASL_PLAINTEXT -X sasl.mechanism=SCRAM-SHA-512 "
        f'-X sasl.username={_Q(user)} -X sasl.password="$PASSWORD"'
    )
    yield Line("kcat", f"kcat -b {_Q(target.address)} {login} -L")
    options = (
        'security_protocol="SASL_PLAINTEXT",',
        'sasl_mechanism="SCRAM-SHA-512",',
        f"sasl_plain_username={user!r},",
        'sasl_plain_password="...",',
    )
    yield Line("python", _consumer(target, "".join(f"\n    {option}" for option in options)))
    module = "org.apache.kafka.common.security.scram.ScramLoginModule"
    jaas = f'{module} required username={json.dumps(user)} password="...";'
    login_of_java = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-512"}
    yield Line("java", _java(target, {**login_of_java, "sasl.jaas.config": jaas}))


def _consumer(target: Target, login: str) -> str:
    return (
        "from kafka import KafkaConsumer  # pip install kafka-python\n\n"
        f"consumer = KafkaConsumer(\n    {target.topic!r},\n"
        f'    bootstrap_servers={target.address!r},\n    auto_offset_reset="earliest",{login}\n)\n'
        "for record in consumer:\n    print(record.partition, record.offset, record.value)"
    )


def _java(target: Target, login: Mapping[str, str]) -> str:
    """A file that `java -cp "kafka/libs/*" Read.java` runs. JSON's strings are Java's too."""
    text_of = "org.apache.kafka.common.serialization.StringDeserializer"
    settings = {
        "bootstrap.servers": target.address,
        "key.deserializer": text_of,
        "value.deserializer": text_of,
        **login,
    }
    puts = "\n".join(
        f"        settings.put({json.dumps(name)}, {json.dumps(value)});"
        for name, value in settings.items()
    )
    return JAVA.substitute(settings=puts, topic=json.dumps(target.topic))


def _influxdb(target: Target) -> Iterator[Line]:
    org = text(target.own("org")) or "myorg"
    bucket = json.dumps(text(target.own("bucket")) or "weather")
    flux = f"from(bucket: {bucket}) |> range(start: -1h) |> last()"
    ask = f"{target.address}/api/v2/query?org={quote(org)}"
    yield from _forward(target)
    yield Line(
        "curl",
        f'curl -s {_Q(ask)} -H "Authorization: Token $TOKEN" '
        f"-H 'Content-Type: application/vnd.flux' -d {_Q(flux)}",
    )
    yield Line(
        "python",
        "from influxdb_client import InfluxDBClient  # pip install influxdb-client\n\n"
        f'client = InfluxDBClient({target.address!r}, token="...", org={org!r})\n'
        f"for table in client.query_api().query({flux!r}):\n    print(table.records)",
    )


def _postgres(target: Target) -> Iterator[Line]:
    yield from _forward(target)
    yield Line("psql", f"psql -h {_Q(target.host)} {_login(target)}")


def _mongodb(target: Target) -> Iterator[Line]:
    yield from _forward(target)
    yield Line("mongosh", f"mongosh --host {_Q(target.host)} -p {_login(target)}")


def _login(target: Target) -> str:
    user = f"-U {_Q(target.user)}" if target.ports[0] == POSTGRES else f"-u {_Q(target.user)}"
    return f"{user} {_Q(text(target.own('database')))}"


def _ssh(target: Target) -> Iterator[Line]:
    yield from _forward(target)
    yield Line("sftp", f"sftp -P {SSH} {_Q(f'{target.user}@{target.host}')}")


def _kubectl(target: Target, rest: str) -> str:
    return f"kubectl -n {_Q(target.namespace)} {rest}"


SPECIAL: dict[int, Callable[[Target], Iterator[Line]]] = {
    KAFKA: _kafka,
    INFLUXDB: _influxdb,
    POSTGRES: _postgres,
    MONGODB: _mongodb,
    SSH: _ssh,
}
