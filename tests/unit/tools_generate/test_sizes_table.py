"""The tables of sizes on the teacher's page."""

import pytest

from streaminglab_operator.services import CORE, OPTIONAL, SERVICES, USUAL
from streaminglab_operator.services.size import PROFILES
from tools.generate.sizes_table import Sum, profiles_table, services_table, total


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("nano", Sum(5, 1120, 105, 5000, ("1Gi", "1Gi"))),
        ("standard", Sum(5, 1632, 200, 6500, ("1Gi", "1Gi"))),
        ("resilience", Sum(7, 2912, 325, 10500, ("1Gi",) * 4)),
    ],
)
def test_a_profile_takes_what_its_pods_take_together(profile: str, expected: Sum) -> None:
    assert total(USUAL, profile) == expected


def test_every_profile_has_its_row_with_a_job_beside() -> None:
    rows = profiles_table().splitlines()[2:]
    assert [row.split("|")[1].strip(" `") for row in rows] == list(PROFILES)
    assert rows[0].endswith("| 5 | 1120 Mi | 105m | 5 | 2 x 1Gi | 128 Mi, 10m, limit 1 |")


def test_every_optional_service_has_its_row_and_every_profile_its_sum() -> None:
    rows = services_table().splitlines()[2:]
    names = [row.split("|")[1].strip() for row in rows if ": true`" not in row]
    assert names[: len(OPTIONAL)] == [
        f"`{s.part.key}`{', in the sizes above' if s in USUAL else ''}" for s in OPTIONAL
    ]
    assert names[len(OPTIONAL) :] == [f"`{p}` with all of them" for p in PROFILES]


def test_a_service_that_can_be_asked_for_more_has_a_row_for_that() -> None:
    (row,) = (row for row in services_table().splitlines() if ": true`" in row)
    assert row == "| `jupyter` with `spark: true` | 1 | 2048 Mi | 25m | 2 | 1 x 1Gi |"


@pytest.mark.parametrize("profile", PROFILES)
def test_the_sum_of_all_is_the_profiles_and_that_of_each_service(profile: str) -> None:
    each = [total((service,), profile) for service in SERVICES]
    whole = total(SERVICES, profile)
    assert whole.memory == sum(one.memory for one in each)
    assert whole.pods == sum(one.pods for one in each) > total(USUAL, profile).pods
    assert total(USUAL, profile).pods > total(CORE, profile).pods
