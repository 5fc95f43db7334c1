"""A pod may have an address of IPv4, of IPv6, or both: what charts tell programs to listen on.

What our own programs do themselves is tried with each of them (`tests/unit`).
"""

import re
import socket
import subprocess
from pathlib import Path

from tests.charts.support import CHARTS, LABS, Case, containers, render, rendered
from tests.patience import PATIENCE

CASES_OF = LABS
JAVA = {"ksqldb", "schema-registry"}
"""In a JVM 0.0.0.0 is every address of both families, as the test below shows."""
LISTENS = """
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

public class Listens {
    public static void main(String[] none) throws Exception {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress("0.0.0.0", 0));
        System.out.println(((InetSocketAddress) server.getLocalAddress()).getPort());
        System.in.read();
    }
}
"""


def test_no_program_is_told_to_listen_on_ipv4_alone(case: Case) -> None:
    # A NetworkPolicy says it of where packets may go, beside its twin of IPv6.
    text = rendered(case).replace("cidr: 0.0.0.0/0", "")
    assert case.chart in JAVA or not re.search(r"(?<![0-9.])0\.0\.0\.0", text)
    assert "preferIPv4" not in text


def test_where_policies_let_all_of_ipv4_out_they_let_all_of_ipv6_out(case: Case) -> None:
    text = rendered(case)
    assert len(re.findall(r"cidr: 0\.0\.0\.0/0", text)) == len(re.findall(r"cidr: .?::/0", text))


def test_mongodb_listens_on_ipv6_only_where_it_is_told_to() -> None:
    command = next(c["command"] for c in containers(render("mongodb")) if c["name"] == "mongodb")
    assert {"--bind_ip_all", "--ipv6"} <= set(command)


def test_probes_of_a_broker_and_workers_name_no_address() -> None:
    for chart in ("kafka", "kafka-connect"):
        for container in containers(render(chart)):
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                assert "host" not in container.get(probe, {}).get("httpGet", {})


def test_brokers_and_workers_are_known_by_name() -> None:
    """An address of IPv6 would need brackets in a listener, and none to be looked up."""
    script = (CHARTS / "kafka" / "files" / "start.sh").read_text()
    assert "listeners=PLAINTEXT://:9092" in script
    worker = (CHARTS / "kafka-connect" / "files" / "start.sh").read_text()
    assert "rest.advertised.host.name=${POD_NAME}.${WORKERS_DOMAIN}" in worker
    for chart in LABS:
        assert "status.podIP" not in str(render(chart))


def test_a_jvm_that_listens_on_every_ipv4_address_listens_on_those_of_ipv6(tmp_path: Path) -> None:
    source = tmp_path / "Listens.java"
    source.write_text(LISTENS)
    with subprocess.Popen(
        ["java", "-XX:TieredStopAtLevel=1", str(source)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        port = int(process.stdout.readline())
        socket.create_connection(("::1", port), timeout=PATIENCE).close()
        process.stdin.close()
