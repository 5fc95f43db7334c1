from tools.generate.commands_table import commands_table, developer_page
from tools.pages.count import Count
from tools.pages.excused import Reason

COUNT = Count(
    total=7, run=5, checked=4, by_tier={"e2e": 4, "unit": 1}, excused={Reason.LONG: 2}, unknown=()
)


def test_the_table_has_a_row_for_each_tier_and_each_reason_that_there_is() -> None:
    rows = [line.strip("| ").split(" | ") for line in commands_table(COUNT).splitlines()]
    assert [row for row in rows if row[1] != "---"] == [
        ["commands of the documents", "7"],
        ["run by a test", "5"],
        ["run by the unit tests", "1"],
        ["run by the chart tests", "0"],
        ["run on an API server without nodes", "0"],
        ["run on the real cluster", "4"],
        ["checked without a cluster, run or not", "4"],
        ["run by no test", "2"],
        ["it takes longer than a test may", "2"],
    ]


def test_the_page_keeps_what_stands_around_the_table() -> None:
    begin, end = "<!-- commands: made by `make generate` -->", "<!-- end of commands -->"
    page = developer_page(f"before\n{begin}\nold\n{end}\nafter\n")
    assert page.startswith(f"before\n{begin}\n")
    assert page.endswith(f"{end}\nafter\n")
    assert "old" not in page
