"""The probe agent in a real JVM whose MBeans the test sets: readiness fails closed.

What it serves to be measured is asked of that JVM too, and of a real broker.
"""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.charts.support import CHARTS
from tests.patience import PATIENCE
from tools.machine.ports import free_port

JAR = CHARTS / "kafka" / "files" / "quorum-agent.jar"
BUILD = CHARTS / "kafka" / "agent" / "build.py"

# A broker's MBeans and nothing else. Reads "raft STATE" and "broker NUMBER" from its input.
FAKE_BROKER = """
import java.lang.management.ManagementFactory;
import java.util.Scanner;
import javax.management.*;

public class FakeBroker implements DynamicMBean {
    final String attribute; Object value;
    FakeBroker(String attribute, Object value) { this.attribute = attribute; this.value = value; }
    public Object getAttribute(String name) { return value; }
    public void setAttribute(Attribute a) {}
    public AttributeList getAttributes(String[] n) { return new AttributeList(); }
    public AttributeList setAttributes(AttributeList a) { return a; }
    public Object invoke(String n, Object[] p, String[] s) { return null; }
    public MBeanInfo getMBeanInfo() {
        return new MBeanInfo("FakeBroker", "", new MBeanAttributeInfo[] {
            new MBeanAttributeInfo(attribute, "java.lang.Object", "", true, false, false)},
            null, null, null);
    }
    static void set(String name, String attribute, Object value) throws Exception {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        ObjectName bean = new ObjectName(name.contains(":") ? name : "kafka.server:" + name);
        if (beans.isRegistered(bean)) { beans.unregisterMBean(bean); }
        beans.registerMBean(new FakeBroker(attribute, value), bean);
    }
    public static void main(String[] arguments) throws Exception {
        Scanner input = new Scanner(System.in);
        while (input.hasNext()) {
            String what = input.next();
            if (what.equals("raft")) { set("type=raft-metrics", "current-state", input.next()); }
            if (what.equals("broker")) {
                set("type=KafkaServer,name=BrokerState", "Value", input.nextInt());
            }
            if (what.equals("bean")) {
                set(input.next(), input.next(), Long.valueOf(input.next()));
            }
            if (what.equals("real")) {
                set(input.next(), input.next(), Double.valueOf(input.next()));
            }
            System.out.println("done");
        }
    }
}
"""


class Broker:
    """A JVM with the agent; `tell` sets an MBean, `ask` asks the agent."""

    def __init__(self, directory: Path, role: str, port: int, measured: int = 0) -> None:
        source = directory / "FakeBroker.java"
        source.write_text(FAKE_BROKER)
        command = [
            "java",
            f"-javaagent:{JAR}={port},{role}{f',{measured}' if measured else ''}",
            "-XX:TieredStopAtLevel=1",
            str(source),
        ]
        self.url = f"http://127.0.0.1:{port}"
        self.measured = f"http://127.0.0.1:{measured}"
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, what: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def measure(self) -> str:
        return self.ask("/metrics", self.measured)[1]

    def ask(self, path: str, url: str = "") -> tuple[int, str]:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen((url or self.url) + path, timeout=PATIENCE) as answer:  # noqa: S310
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.read().decode()
            except urllib.error.URLError:
                assert time.monotonic() < deadline, "the agent never answered"
                time.sleep(0.1)

    def close(self) -> int:
        """End of input ends the program, if the agent does not keep the JVM alive."""
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


@pytest.fixture
def voter(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path, "voter", free_port())
    yield broker
    broker.process.kill()
    broker.process.communicate()


def test_the_committed_jar_belongs_to_the_sources() -> None:
    done = subprocess.run(
        ["python3", str(BUILD), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_jar_is_small_enough_for_a_config_map() -> None:
    assert JAR.stat().st_size < 20_480


def test_a_voter_is_ready_only_in_the_quorum_and_running(voter: Broker) -> None:
    assert voter.ask("/readyz") == (503, "the raft state is not known yet\n")
    voter.tell("raft candidate")
    assert voter.ask("/readyz") == (503, "no quorum: raft state is candidate\n")
    voter.tell("raft follower")
    assert voter.ask("/readyz") == (503, "the broker state is not known yet\n")
    voter.tell("broker 2")
    assert voter.ask("/readyz") == (503, "broker state is 2, not 3 (running)\n")
    voter.tell("broker 3")
    assert voter.ask("/readyz") == (200, "ok\n")
    voter.tell("raft leader")
    assert voter.ask("/readyz") == (200, "ok\n")
    voter.tell("raft unattached")
    assert voter.ask("/readyz")[0] == 503
    voter.tell("raft observer")
    assert voter.ask("/readyz")[0] == 503, "a voter that only observes is not in its quorum"


def test_liveness_does_not_look_at_the_quorum(voter: Broker) -> None:
    voter.tell("raft unattached")
    assert voter.ask("/livez") == (200, "ok\n")


def test_metrics_leave_out_what_is_not_known(voter: Broker) -> None:
    assert "kafka_broker_state" not in voter.ask("/metrics")[1]
    voter.tell("raft leader")
    voter.tell("broker 3")
    text = voter.ask("/metrics")[1]
    assert "kafka_broker_state 3\n" in text
    assert 'kafka_raft_state{state="leader"} 1\n' in text
    assert "kafka_ready 1\n" in text


def test_the_agent_does_not_keep_a_finished_jvm_alive(voter: Broker) -> None:
    assert voter.ask("/livez")[0] == 200
    assert voter.close() == 0


def test_a_broker_without_a_vote_is_ready_as_an_observer(tmp_path: Path) -> None:
    broker = Broker(tmp_path, "observer", free_port())
    try:
        broker.tell("raft observer")
        broker.tell("broker 3")
        assert broker.ask("/readyz") == (200, "ok\n")
    finally:
        broker.process.kill()
        broker.process.communicate()


@pytest.fixture
def measured(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path, "voter", free_port(), free_port())
    yield broker
    broker.process.kill()
    broker.process.communicate()


def test_without_a_second_port_nothing_more_is_served(voter: Broker) -> None:
    assert voter.ask("/livez")[0] == 200
    assert "kafka_jvm" not in voter.ask("/metrics")[1]
    assert voter.ask("/groups")[0] == 404


def test_what_is_not_known_is_no_point(measured: Broker) -> None:
    """A zero would say that all replicas are in sync."""
    assert [line.split(" ")[0] for line in measured.measure().splitlines()] == ["kafka_jvm"]
    assert measured.ask("/groups", measured.measured) == (200, "")


def test_measurements_are_points_of_whole_numbers_and_of_real_ones(measured: Broker) -> None:
    measured.tell("bean kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions Value 2")
    measured.tell("bean kafka.server:type=ReplicaManager,name=IsrShrinksPerSec Count 7")
    idle = "kafka.network:type=SocketServer,name=NetworkProcessorAvgIdlePercent Value"
    measured.tell(f"real {idle} 0.5")
    lines = measured.measure().splitlines()
    assert "kafka_replication under_replicated_partitions=2i,isr_shrinks=7i" in lines
    assert "kafka_network idle=0.5" in lines
    measured.tell(f"real {idle} NaN")
    assert "kafka_network" not in measured.measure()


def test_requests_of_all_versions_are_one_number_and_only_some_are_told(measured: Broker) -> None:
    name = "kafka.network:type=RequestMetrics,name=RequestsPerSec,request={},version={} Count {}"
    for request, version, count in (("Produce", 9, 3), ("Produce", 12, 4), ("Vote", 1, 5)):
        measured.tell("bean " + name.format(request, version, count))
    found = [line for line in measured.measure().splitlines() if line.startswith("kafka_request")]
    assert found == ["kafka_request,request=produce count=7i"]


def test_topics_are_tags_and_no_more_than_a_hundred(measured: Broker) -> None:
    for number in range(101):
        topic = f"t.{number:03}"
        name = f"kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec,topic={topic}"
        measured.tell(f"bean {name} Count {number}")
    found = [line for line in measured.measure().splitlines() if line.startswith("kafka_topic")]
    assert found[1] == "kafka_topic,topic=t.001 messages_in=1i"
    assert len(found) == 100


def test_who_measures_slowly_keeps_no_probe_waiting(measured: Broker) -> None:
    assert measured.measure()
    port = int(measured.measured.rpartition(":")[2])
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(8)]
    for each in slow:
        each.sendall(b"GET /metrics HTTP/1.1\r\n")
    assert measured.ask("/livez") == (200, "ok\n")
    for each in slow:
        each.close()
