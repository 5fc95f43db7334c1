"""Looking at a lab and its data from outside, by kubectl slab: how it comes up, the last records,
InfluxDB's API."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tools.cluster import kubectl
from tools.shell.paths import ROOT
from tools.shell.run import attached

NEWEST = 5
INFLUX_PORT = 8086
PLUGIN = ROOT / "cli" / "src"


def until_ready(config: Path, namespace: str, lab: str, seconds: float) -> int:
    """Show the lab until it is Ready; the exit code says whether it is."""
    words = ("status", "--watch", "--until-ready", f"--timeout={seconds:.0f}")
    return _slab(config, namespace, lab, *words)


def records(config: Path, namespace: str, lab: str, topic: str) -> int:
    """Print the newest records of a topic."""
    return _slab(config, namespace, lab, "records", topic, f"--count={NEWEST}")


def influx(config: Path, namespace: str, lab: str) -> int:
    """Forward InfluxDB's API to localhost:8086 until Ctrl-C, and say how to log in."""
    secret = f"{lab}-credentials"
    print(f"InfluxDB's API: http://localhost:{INFLUX_PORT}/health   (Ctrl-C ends it)")
    print("a token that may read and write the bucket:")
    print(
        f"  kubectl get secret {secret} -n {namespace} "
        "-o jsonpath='{.data.influxdb-verify-token}' | base64 -d",
        flush=True,
    )
    try:
        return _slab(
            config, namespace, lab, "open", "influxdb", "--no-browser", f"--port={INFLUX_PORT}"
        )
    except KeyboardInterrupt:
        return 0


def _slab(config: Path, namespace: str, lab: str, *words: str) -> int:
    """Run the plugin of this checkout with our own kubectl; its exit code."""
    environment = {
        "KUBECONFIG": str(config),
        "PATH": f"{Path(kubectl.program()).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(PLUGIN),
    }
    where = (f"--namespace={namespace}", f"--lab={lab}")
    return attached([sys.executable, "-m", "streaminglab_cli", *words, *where], env=environment)
