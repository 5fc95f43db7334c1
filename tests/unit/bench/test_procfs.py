"""Memory and CPU are summed over a process and all below it."""

import os
from pathlib import Path

from bench import procfs

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


def process(proc: Path, pid: int, children: str = "", pages: int = 1, name: str = "x") -> None:
    task = proc / str(pid) / "task" / str(pid)
    task.mkdir(parents=True)
    (task / "children").write_text(children)
    (proc / str(pid) / "statm").write_text(f"900 {pages} 3 4 5 6 7\n")
    times = f"{1 * TICKS} {2 * TICKS} {4 * TICKS} {8 * TICKS}"
    rest = f"S 1 {pid} {pid} 0 -1 0 0 0 0 0 {times} 20 0"
    (proc / str(pid) / "stat").write_text(f"{pid} ({name}) {rest}\n")
    (proc / str(pid) / "smaps_rollup").write_text("Rss: 8 kB\nPss: 3 kB\nPss_Anon: 1 kB\n")


def test_the_tree_holds_children_of_children(tmp_path: Path) -> None:
    process(tmp_path, 1, "2 3 ")
    process(tmp_path, 2, "4 ")
    process(tmp_path, 3)
    process(tmp_path, 4)
    assert sorted(procfs.tree(1, tmp_path)) == [1, 2, 3, 4]


def test_a_child_that_is_gone_meanwhile_counts_nothing(tmp_path: Path) -> None:
    process(tmp_path, 1, "2 ")
    assert procfs.tree(1, tmp_path) == [1, 2]
    assert procfs.rss_bytes(2, tmp_path) == 0
    assert procfs.pss_bytes(2, tmp_path) == 0
    assert procfs.cpu_seconds(1, tmp_path) == 15.0


def test_resident_memory_is_read_in_pages(tmp_path: Path) -> None:
    process(tmp_path, 1, pages=5)
    assert procfs.rss_bytes(1, tmp_path) == 5 * PAGE
    assert procfs.pss_bytes(1, tmp_path) == 3 * 1024


def test_a_name_with_brackets_and_blanks_is_no_trap(tmp_path: Path) -> None:
    process(tmp_path, 1, name="a) (b c")
    assert procfs.cpu_seconds(1, tmp_path) == 15.0
    assert procfs.ended_children_cpu_seconds(1, tmp_path) == 12.0


def test_this_very_process_uses_memory_and_time() -> None:
    assert procfs.rss_bytes(os.getpid()) > 2**20
    assert procfs.cpu_seconds(os.getpid()) > 0


def test_a_child_that_still_is_its_parent_has_not_started(tmp_path: Path) -> None:
    for pid, program in ((1, "/bin/python"), (2, "/bin/python"), (3, "/bin/helm")):
        process(tmp_path, pid)
        (tmp_path / str(pid) / "exe").symlink_to(program)
    assert not procfs.has_started(2, 1, tmp_path)
    assert procfs.has_started(3, 1, tmp_path)
    assert not procfs.has_started(4, 1, tmp_path)
