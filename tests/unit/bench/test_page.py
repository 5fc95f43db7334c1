"""What open pages cost a broker: the figure, and when it counts for nothing."""

from bench.page import PageCost, cpu_of, report

IDLE, OPEN = {"kafka": 1.0, "page": 0.2}, {"kafka": 2.5, "page": 3.0}


def test_the_figure_is_what_the_pages_add_to_the_broker() -> None:
    found = report(PageCost(IDLE, OPEN, [30, 29]))
    assert (found.figure, found.void, found.reached) == (1.5, False, True)
    assert not report(PageCost(IDLE, {"kafka": 3.5}, [1])).reached


def test_a_page_that_heard_nothing_voids_it() -> None:
    assert report(PageCost(IDLE, OPEN, [30, 0])).void
    assert report(PageCost(IDLE, OPEN, [])).void
    assert report(PageCost({}, OPEN, [1])).void


def test_cpu_is_counted_by_container_of_one_namespace() -> None:
    def pod(namespace: str, nanoseconds: int) -> dict[str, object]:
        container = {"name": "kafka", "cpu": {"usageCoreNanoSeconds": nanoseconds}}
        return {"podRef": {"namespace": namespace, "name": "x"}, "containers": [container]}

    summaries = [{"pods": [pod("mine", 2 * 10**9), pod("other", 10**9)]}]
    assert cpu_of("mine", summaries) == {"kafka": 2.0}
