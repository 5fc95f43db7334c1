"""What follows from a spec is there once, however many labs have it, and goes with the last."""

import gc
import weakref

from streaminglab_operator.api.site import NOTHING
from streaminglab_operator.api.validate import parse_spec
from streaminglab_operator.reconcile.steps.admit import AdmitMemory
from streaminglab_operator.reconcile.worked_out import SpecsWorkedOut
from tests.fakes.world import World


def test_labs_of_one_spec_have_one_and_those_of_another_another() -> None:
    specs, spec = SpecsWorkedOut(NOTHING), parse_spec({"profile": "nano"})
    first = specs.of(spec)
    assert specs.of(spec) is first
    assert first.effective.profile == "nano"
    other = parse_spec({"profile": "resilience"})
    assert specs.of(other).effective.brokers == 3


def test_it_goes_with_the_last_lab_that_has_it_and_its_spec_with_it() -> None:
    specs, spec = SpecsWorkedOut(NOTHING), parse_spec({})
    kept, gone = specs.of(spec), weakref.ref(spec)
    del spec
    gc.collect()
    assert gone() is not None, "no other spec may come to be in its place"
    del kept
    gc.collect()
    assert gone() is None


async def test_the_labs_of_a_class_share_what_was_worked_out() -> None:
    world = World()
    keys = [world.add_lab({"profile": "nano"}, namespace=f"user-{n}") for n in range(3)]
    await world.settle(seconds=1)
    memories = [world.reconciler._memories[key].of(AdmitMemory) for key in keys]
    assert len({id(memory.in_force) for memory in memories}) == 1
    assert memories[0].in_force is not None
