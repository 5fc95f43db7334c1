"""Plans: a row of every position, and others by chance, which a seed repeats."""

import random
from collections.abc import Iterator, Mapping, Sequence

from tests.fakes.watches import KINDS
from tests.faults.plan import Answer, CrashAfter, Fault, NextStep, Outage, Plan, Watch
from tests.faults.watches import ALL_KINDS
from tests.faults.workloads import WORKLOADS

Writes = Mapping[str, Sequence[str]]
"""By workload: what the run without faults wrote, in order."""

SEEN_EVERY = 8
BY_CHANCE = 240
STATUSES = (0, 409, 422, 429, 500)


def crashes(writes: Writes) -> Iterator[Plan]:
    """The operator is killed after every single write; where it saw the answer, after some."""
    for workload, done in writes.items():
        for at in range(1, len(done) + 1, WORKLOADS[workload].every):
            yield Plan(workload=workload, faults=(CrashAfter(at=at),))
            if at % SEEN_EVERY == 0:
                yield Plan(workload=workload, faults=(CrashAfter(at=at, answer="seen"),))


def webhooks(writes: Writes) -> Iterator[Plan]:
    """The webhook of each kind that a workload writes is dead for a while."""
    for workload, done in writes.items():
        for kind in sorted({what.split()[1] for what in done if what.startswith("apply ")}):
            fault = Answer(at=1, status=500, kind=kind, seconds=45)
            yield Plan(workload=workload, faults=(fault,))


def by_chance(writes: Writes, seeds: range) -> Iterator[Plan]:
    """One plan for each seed: one to three faults of whatever sort, wherever."""
    names = sorted(writes)
    for seed in seeds:
        chance = random.Random(seed)  # noqa: S311 (nothing is secret here)
        workload = names[seed % len(names)]
        count = chance.choice((1, 1, 2, 3))
        length = max(1, len(writes[workload]))
        faults = [_fault(chance, length) for _ in range(count)]
        faults.sort(key=lambda fault: fault.at)
        yield Plan(workload=workload, faults=tuple(faults), seed=seed)


def all_plans(writes: Writes) -> list[Plan]:
    """Everything that ``make test-faults`` runs."""
    return [*crashes(writes), *webhooks(writes), *by_chance(writes, range(1, BY_CHANCE + 1))]


def sample(writes: Writes, count: int) -> list[Plan]:
    """Some of each sort, spread over all of them."""
    plans = all_plans(writes)
    step = len(plans) / count
    return [plans[int(number * step)] for number in range(count)]


def _fault(chance: random.Random, length: int) -> Fault:
    at = chance.randint(1, length)
    kinds = tuple(chance.sample(ALL_KINDS, chance.choice((1, 2, len(ALL_KINDS)))))
    sort = chance.choice(("answer", "answer", "watch", "watch", "crash", "stale", "outage", "next"))
    if sort == "answer":
        return _answer(chance, at)
    if sort == "watch":
        how = chance.choice(("freeze", "drop"))
        return Watch(at=at, how=how, kinds=kinds, seconds=chance.choice((1, 7, 40)))
    if sort == "outage":
        return Outage(at=at, seconds=chance.choice((5, 60)))
    if sort == "next":
        return NextStep(at=at)
    return _crash(chance, at, kinds if sort == "stale" else ())


def _answer(chance: random.Random, at: int) -> Answer:
    status = chance.choice(STATUSES)
    if status == 429:  # Retry-After: for this long everybody is told so
        return Answer(at=at, status=429, seconds=chance.choice((1, 10)))
    landed = status in (0, 500) and chance.random() < 0.5
    kind = chance.choice(("", "", *KINDS))
    return Answer(at=at, status=status, landed=landed, times=chance.choice((1, 3, 8)), kind=kind)


def _crash(chance: random.Random, at: int, stale: tuple[str, ...]) -> CrashAfter:
    since = chance.randint(0, at - 1) if stale else 0
    return CrashAfter(
        at=at,
        answer=chance.choice(("lost", "seen")),
        away=chance.choice((0, 0, 1, 4)),
        stale=stale,
        since=since,
        seconds=chance.choice((1, 5, 30)),
    )
