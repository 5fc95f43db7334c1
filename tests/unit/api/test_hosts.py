"""Host names and addresses of the spec: what is one, and the one sentence for what is none."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.schema import units
from streaminglab_operator.schema.hosts import ADDRESSES, NAMES, bare, with_port

PLAIN_V6 = st.ip_addresses(v=6).map(str).filter(lambda text: text != "::")
PLAIN_V4 = st.ip_addresses(v=4).map(str).filter(lambda text: not text.startswith("0."))
NEAR = st.one_of(
    st.text(max_size=80),
    st.text("aZ09-._:[]%/@?# é", max_size=40),
    st.text("0123456789abcdef:.[]", max_size=30),
)


def faults(text: str, formats: tuple[object, ...] = ADDRESSES) -> list[str]:
    """The formats that a text does not have."""
    return [f.id for f in formats if not units.fits(f.pattern, text)]  # type: ignore[attr-defined]


@given(PLAIN_V6)
def test_every_ipv6_address_is_one_with_and_without_brackets(address: str) -> None:
    spelled_out = ipaddress.IPv6Address(address).exploded
    for text in (address, f"[{address}]", spelled_out):
        assert faults(text) == []
        assert faults(text, NAMES) == ["host-format"]
    assert with_port(f"[{address}]", 9092) == with_port(address, 9092) == f"[{address}]:9092"
    assert bare(f"[{address}]") == address


@given(PLAIN_V4)
def test_every_ipv4_address_is_one_and_is_no_name(address: str) -> None:
    assert faults(address) == []
    assert faults(address, NAMES) == ["host-format"]
    assert faults(f"[{address}]") == ["address-format"]
    assert with_port(address, 30092) == f"{address}:30092"


@given(NEAR)
def test_what_has_colons_and_is_taken_is_an_ipv6_address(text: str) -> None:
    if ":" in text and not faults(text):
        assert ipaddress.IPv6Address(bare(text)) != ipaddress.IPv6Address("::")


@given(NEAR)
def test_the_general_sentence_stands_alone(text: str) -> None:
    for formats in (NAMES, ADDRESSES):
        found = faults(text, formats)
        if formats[-1].id in found:
            assert found == [formats[-1].id] or not text


@given(NEAR)
def test_what_is_taken_is_a_name_or_an_address(text: str) -> None:
    if not faults(text) and ":" not in text:
        labels = text.split(".")
        assert all(0 < len(label) <= 63 for label in labels)
        assert all(label[0] != "-" != label[-1] for label in labels)
        assert text.isascii()
        if labels[-1].isdigit():
            ipaddress.IPv4Address(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Node-1.example.org", "host-small-letters"),
        ("2001:DB8::1", "host-small-letters"),
        ("my_node.example.org", "host-plain-letters"),
        ("münchen.example.org", "host-plain-letters"),
        ("a\nb", "host-plain-letters"),
        ("http://node", "host-alone"),
        ("node:9092", "host-alone"),
        ("[2001:db8::1]:9092", "host-alone"),
        ("fe80::1%eth0", "host-alone"),
        ("node.example.org.", "host-alone"),
        ("two words", "host-alone"),
        ("user@node", "host-alone"),
        ("x" * 64, "host-short-labels"),
        ("192.168.1.300", "address-format"),
        ("192.168.1", "address-format"),
        ("010.0.0.1", "address-format"),
        ("0.1.2.3", "address-format"),
        ("::", "address-format"),
        ("::ffff:192.0.2.1", "address-format"),
        ("1:2:3:4:5:6:7:8:9", "address-format"),
        ("-a", "address-format"),
        ("a..b", "address-format"),
        ("*.example.org", "address-format"),
        ("[node]", "address-format"),
    ],
)
def test_each_fault_has_its_own_sentence(text: str, fault: str) -> None:
    assert faults(text) == [fault]


@pytest.mark.parametrize(
    "text",
    [
        "localhost", "node-1.example.org", "xn--mnchen-3ya.example.org", "a", "7up.3d", "1.a",
        "192.168.1.128", "192.168.1.128.nip.io", "::1", "2001:db8::", "::ffff:c000:201",
    ],
)  # fmt: skip
def test_what_people_write_is_taken(text: str) -> None:
    assert faults(text) == []
