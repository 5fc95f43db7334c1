"""The simulated weather is a pure function of seed and number."""

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_jobs.stations import NUMBERED, name
from streaminglab_jobs.weather import Run, index_of, make, owner

START = 1_760_000_000_000_000_000
rates = st.floats(min_value=0.01, max_value=1_000_000).map(lambda r: round(r, 3) or 0.01)


@given(st.integers(), st.integers(1, 50), st.integers(0, 10**9))
def test_the_same_seed_gives_the_same_point(seed: int, stations: int, i: int) -> None:
    assert make(seed, stations, START, 10.0)(i) == make(seed, stations, START, 10.0)(i)


def test_another_seed_gives_other_weather() -> None:
    one, other = make(1, 5, START, 10.0), make(2, 5, START, 10.0)
    assert [one(i)[2:] for i in range(50)] != [other(i)[2:] for i in range(50)]


@given(st.integers(1, 50), rates, st.integers(0, 10**9))
def test_stations_take_turns_and_times_only_grow(stations: int, rate: float, i: int) -> None:
    point = make(42, stations, START, rate)
    assert point(i).station == name(i % stations)
    assert point(i + 1).time > point(i).time >= START


@given(st.integers(1, 200), st.integers(0, 10**6))
def test_names_change_nothing_but_the_names(stations: int, i: int) -> None:
    towns = make(42, stations, START, 10.0)(i)
    numbered = make(42, stations, START, 10.0, NUMBERED)(i)
    assert numbered.station == f"station-{i % stations + 1}"
    assert towns[1:] == numbered[1:]
    owns = owner(Run(START, stations, 10.0, 0, NUMBERED))
    assert owns(numbered.station, numbered.time)
    assert not owns(towns.station, towns.time)


@given(rates, st.integers(0, 10**9))
def test_a_time_tells_the_number_of_its_point(rate: float, i: int) -> None:
    assert index_of(make(42, 5, START, rate)(i).time, START, rate) == i


@given(st.integers(1, 50), rates, st.integers(1, 10**6), st.integers(0, 10**6 + 5))
def test_a_run_owns_its_points_and_no_others(
    stations: int, rate: float, total: int, i: int
) -> None:
    point, owns = make(42, stations, START, rate)(i), owner(Run(START, stations, rate, total))
    assert owns(point.station, point.time) == (i < total)
    assert owner(Run(START, stations, rate, 0))(point.station, point.time)
    assert not owns("station-1", point.time)
    assert not owns(name((i + 1) % stations), point.time) or stations == 1
    assert not owns(name(0), START - 1)
    if make(42, stations, START, rate)(i + 1).time > point.time + 1:
        assert not owns(point.station, point.time + 1)


@given(rates, st.integers(1, 500), st.integers(-5, 600))
def test_a_run_knows_how_many_of_its_points_are_from_a_time_on(
    rate: float, total: int, i: int
) -> None:
    point = make(42, 3, START, rate)
    low = point(i).time if i >= 0 else START + i
    expected = sum(point(n).time >= low for n in range(total))
    assert Run(START, 3, rate, total).since(low) == expected


@given(st.integers(), st.integers(0, 10**6))
def test_the_weather_is_of_this_world(seed: int, i: int) -> None:
    point = make(seed, 20, START, 1.0)(i)
    assert -20 < point.temperature < 50
    assert 0 <= point.humidity <= 100
    assert 950 < point.pressure < 1050
    assert 0 <= point.wind < 30
    assert all(round(v, 2) == v for v in point[2:])


def test_the_usual_lab_sees_heat_and_cold() -> None:
    temperatures = [make(42, 5, START, 1000.0)(i).temperature for i in range(3000)]
    assert max(temperatures) > 35
    assert min(temperatures) < 10
