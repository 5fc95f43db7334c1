"""What a test runs is read from its source: its texts, its fixtures, its cases and its helpers."""

import pytest

from tests.reach import reach

JAVA = (
    "tests/e2e/test_course_003.py::test_the_courses_switch_in_java_makes_the_same_table_in_a_group"
)
LOOKS = "tests/e2e/test_course_000.py::test_a_command_of_the_page_shows_what_the_page_says"


def test_commands_of_a_fixture_and_of_the_cases_are_the_tests_own() -> None:
    assert reach(JAVA).runs("kubectl apply -f examples/jee.yaml")
    assert reach(LOOKS).runs("kubectl get services")
    assert reach(LOOKS).runs("kubectl apply -f examples/meteo.yaml")


def test_a_helper_of_another_module_is_followed() -> None:
    assert reach(JAVA).says("kafka-run-class.sh")
    assert reach(JAVA).says("clientDAO.rows")


def test_what_another_test_says_is_not_a_tests_own() -> None:
    assert "s6-own-consumer" in reach(JAVA).texts
    assert "s4-kill" not in reach(JAVA).texts
    assert not reach(JAVA).runs("rm clients.db")
    assert not reach(LOOKS).runs("kubectl patch")


def test_no_other_function_than_a_test_is_one() -> None:
    for wrong in ("tests/e2e/test_course_003.py::state", "tests/e2e/java_shop.py", "x.py::test_y"):
        with pytest.raises(LookupError, match="no such"):
            reach(wrong)
