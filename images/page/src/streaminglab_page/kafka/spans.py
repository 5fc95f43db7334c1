"""Which part of each partition is read for a question about messages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MESSAGES = 50
"""So many are shown at once."""
IN_ALL = 400
PARTITIONS = 64
"""Of one topic that are read for one question."""

Ends = Mapping[int, tuple[int, int]]
"""Partition -> first offset, and the offset after the last."""
Spans = dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """``spans``: what to read of each partition; ``left_out``: partitions that are not read."""

    spans: Spans
    left_out: int = 0


def newest(ends: Ends) -> Plan:
    """The last of each partition: as many as may be the newest of all."""
    chosen = _chosen(ends)
    each = max(1, min(MESSAGES, IN_ALL // max(1, len(chosen))))
    spans = {p: (max(first, end - each), end) for p, (first, end) in chosen.items()}
    return Plan(spans, _full(ends) - len(spans))


def before(ends: Ends, spans: Spans, times: int) -> Spans:
    """What lies before some spans, so many times as long."""
    starts = {p: first - (end - first) * times for p, (first, end) in spans.items()}
    found = {p: (max(ends[p][0], starts[p]), first) for p, (first, _) in spans.items()}
    return {p: (start, first) for p, (start, first) in found.items() if start < first}


def after(ends: Ends, starts: Mapping[int, int], most: int = MESSAGES) -> Plan:
    """``most`` of each partition from where a question says; -1: nothing of it."""
    wanted = {
        p: (max(first, starts[p]), end)
        for p, (first, end) in ends.items()
        if starts.get(p, -1) >= 0 and max(first, starts[p]) < end
    }
    chosen = _chosen(wanted)
    spans = {p: (first, min(end, first + most)) for p, (first, end) in chosen.items()}
    return Plan(spans, _full(wanted) - len(spans))


def whole(ends: Ends, starts: Mapping[int, int]) -> Plan:
    """Everything from some offsets on: for a search."""
    return after(ends, starts, most=2**53)


def _full(ends: Ends) -> int:
    return sum(first < end for first, end in ends.values())


def _chosen(ends: Ends) -> Spans:
    full = [(p, span) for p, span in sorted(ends.items()) if span[0] < span[1]]
    return dict(full[:PARTITIONS])
