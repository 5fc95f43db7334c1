"""The machine's network: what our Docker engine changes in it, and how to undo that."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tools.shell import paths
from tools.shell.run import call

NODES_BRIDGE = "slab0"
"""Interface of the nodes' network: a fixed name, so that `down` knows it for its own."""

BRIDGES = ("docker0", NODES_BRIDGE)
"""Interfaces that our engine makes: Docker's default bridge and the nodes' network."""

FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
TABLES = ("filter", "nat")
PROGRAMS = ("iptables", "ip6tables")


def default_mtu() -> int:
    """Largest packet (bytes) of the interface with the default route; 1500 if unknown.

    Docker's bridges take 1500 whatever lies below them; packets then vanish on links
    that carry less.
    """
    found = call(["ip", "-json", "route", "show", "default"], check=False).stdout
    routes = json.loads(found or "[]")
    if not routes:
        return 1500
    link = call(["ip", "-json", "link", "show", routes[0]["dev"]], check=False).stdout
    return int(json.loads(link)[0]["mtu"]) if link else 1500


def memory() -> Path:
    """Where the state before our engine is kept, for `down`."""
    return paths.state_dir() / "network-before.json"


def remember() -> None:
    """Note forwarding and the FORWARD policy as they are before our engine starts."""
    if memory().exists():
        return
    before = {"ip_forward": FORWARDING.read_text().strip()}
    for program in PROGRAMS:
        done = call([program, "-S", "FORWARD"], check=False)
        match = re.search(r"^-P FORWARD (\w+)", done.stdout, re.MULTILINE)
        before[program] = match.group(1) if match else "ACCEPT"
    memory().write_text(json.dumps(before))


def ours(rule: str) -> bool:
    """Whether a line of `iptables -S` was written by our engine."""
    words = rule.split()
    return any(word.startswith("DOCKER") or word in BRIDGES for word in words)


def undo_lines(listing: str) -> list[list[str]]:
    """Arguments for iptables that take our engine's rules, then its chains, away."""
    lines = [line for line in listing.splitlines() if ours(line)]
    rules = [["-D", *line.split()[1:]] for line in lines if line.startswith("-A")]
    chains = [line.split()[1] for line in lines if line.startswith("-N")]
    return [*rules, *([flag, chain] for flag in ("-F", "-X") for chain in chains)]


def ends_in(*bridges: str) -> list[str]:
    """Interfaces that are plugged into these bridges: containers' ends that outlived them."""
    found = []
    for bridge in bridges:
        listed = call(["ip", "-json", "link", "show", "master", bridge], check=False).stdout
        found += [link["ifname"] for link in json.loads(listed or "[]")]
    return found


def undo() -> None:
    """Take away bridges, rules and chains of our engine; put back what was before."""
    for link in (*ends_in(*BRIDGES), *BRIDGES):
        call(["ip", "link", "delete", link], check=False)
    for program in PROGRAMS:
        for table in TABLES:
            listing = call([program, "-t", table, "-S"], check=False).stdout
            for args in undo_lines(listing):
                call([program, "-t", table, *args], check=False)
    if not memory().exists():
        return
    before = json.loads(memory().read_text())
    for program in PROGRAMS:
        call([program, "-P", "FORWARD", before[program]], check=False)
    FORWARDING.write_text(before["ip_forward"] + "\n")
    memory().unlink()
