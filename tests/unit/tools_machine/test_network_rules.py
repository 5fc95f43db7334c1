"""Undoing what our Docker engine did to the machine's network, and nothing else."""

from __future__ import annotations

from tools.machine.network_rules import ours, undo_lines

LISTING = """-P INPUT ACCEPT
-P FORWARD DROP
-N DOCKER
-N DOCKER-USER
-N KUBE-SERVICES
-A FORWARD -j DOCKER-USER
-A FORWARD -o slab0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i eth1 -o eth0 -j ACCEPT
-A DOCKER-USER -j RETURN
-A POSTROUTING -s 172.18.0.0/16 ! -o slab0 -j MASQUERADE
"""


def test_rules_go_before_the_chains_that_they_use() -> None:
    lines = undo_lines(LISTING)
    last_rule = max(index for index, words in enumerate(lines) if words[0] == "-D")
    first_chain = min(index for index, words in enumerate(lines) if words[0] in ("-F", "-X"))
    assert last_rule < first_chain


def test_every_rule_and_chain_of_ours_is_named() -> None:
    lines = undo_lines(LISTING)
    assert ["-D", "FORWARD", "-j", "DOCKER-USER"] in lines
    assert ["-D", "POSTROUTING", "-s", "172.18.0.0/16", "!", "-o", "slab0", "-j", "MASQUERADE"] in (
        lines
    )
    assert ["-X", "DOCKER"] in lines
    assert ["-X", "DOCKER-USER"] in lines


def test_rules_and_chains_of_others_stay() -> None:
    words = [word for line in undo_lines(LISTING) for word in line]
    assert "KUBE-SERVICES" not in words
    assert "eth1" not in words


def test_a_policy_is_not_a_rule() -> None:
    assert not any(line[0] == "-P" for line in undo_lines(LISTING))


def test_an_interface_that_only_begins_like_ours_is_not_ours() -> None:
    assert ours("-A FORWARD -o slab0 -j ACCEPT")
    assert not ours("-A FORWARD -o slab01 -j ACCEPT")
