"""The Java consumer of course 003: the `switch` as its page prints it, in the least program around
it that a student would write."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.e2e.courses import Course
from tools.artifacts import get
from tools.artifacts.jar import compile_java, packed
from tools.pages import fences

NAME = "Shop"
JAR = f"/tmp/{NAME}.jar"
AROUND = """
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

public final class Shop {
    record ImplClient(int id, String json) {
        static ImplClient fromJson(String json) {
            Matcher found = Pattern.compile("\\"id\\": *(\\\\d+)").matcher(json);
            if (!found.find()) {
                throw new IllegalArgumentException(json);
            }
            return new ImplClient(Integer.parseInt(found.group(1)), json);
        }

        int getId() {
            return id;
        }
    }

    static final class ClientDAO {
        final Map<Integer, String> rows = new TreeMap<>();

        void save(ImplClient client) {
            rows.put(client.getId(), client.json());
        }

        void delete(int id) {
            rows.remove(id);
        }
    }

    static final class Log {
        void error(String said) {
            System.out.println(said);
        }
    }

    public static void main(String[] arguments) {
        Log log = new Log();
        ClientDAO clientDAO = new ClientDAO();
        Properties settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("group.id", arguments[1]);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        StringDeserializer in = new StringDeserializer();
        try (KafkaConsumer<String, String> kafkaConsumer = new KafkaConsumer<>(settings, in, in)) {
            kafkaConsumer.subscribe(List.of("clients"));
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            int left = Integer.parseInt(arguments[2]);
            while (left > 0 && System.nanoTime() < end) {
SWITCH
                left -= records.count();
            }
            kafkaConsumer.commitSync();
        }
        clientDAO.rows.values().forEach(System.out::println);
    }
}
"""


def source(page: str) -> str:
    """The program, with what the page prints in its middle."""
    (printed,) = [fence.text for fence in fences(page) if fence.language == "java"]
    return AROUND.lstrip().replace("SWITCH\n", printed)


def compiled(page: str, home: Path) -> bytes:
    """The program's jar, compiled against the jars of the lab's Kafka."""
    sources, classes = home / "sources", home / "classes"
    sources.mkdir()
    classes.mkdir()
    (sources / f"{NAME}.java").write_text(source(page), encoding="utf-8")
    compile_java(sources, get("kafka-jars") / "jars", classes, home / "log")
    return packed("1", {path.name: path.read_bytes() for path in classes.glob("*.class")})


def run(lab: Course, where: str, jar: bytes, group: str, messages: int) -> list[str]:
    """Read so many messages in a group; what the program printed."""
    text = base64.b64encode(jar).decode()
    lab.run(where, "sh", "-c", f"base64 -d > {JAR}", stdin=text)
    words = f"CLASSPATH={JAR} kafka-run-class.sh {NAME} kafka:9092 {group} {messages}"
    return lab.shell(where, words).splitlines()
