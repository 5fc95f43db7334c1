"""The generated part of the architecture page."""

import pytest

from streaminglab_operator.reconcile import STEPS
from tools.generate.architecture_page import between, steps_table


def test_every_step_has_its_row_in_the_order_of_a_pass() -> None:
    rows = steps_table().splitlines()[2:]
    names = [step.__name__.rpartition(".")[2].replace("_", " ") for step in STEPS]
    assert [row.split("|")[1].strip() for row in rows] == names
    assert "`reconcile/steps/permit.py`" in rows[0]
    assert "`reconcile/steps/admit.py`" in rows[1]


def test_a_part_is_replaced_and_the_rest_of_the_page_stays() -> None:
    page = "a\n<!-- x: made by `make generate` -->\nold\n<!-- end of x -->\nb"
    new = between(page, "x", "new")
    assert new.startswith("a\n") and new.endswith("\nb")
    assert "new" in new and "old" not in new
    assert between(new, "x", "new") == new


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="not 0"):
        between("a", "x", "new")
