"""``make records``: the newest records of a topic, whatever order they are read in."""

from __future__ import annotations

import subprocess

from tools.lab import data


def line(time: int, partition: int, key: str = "s") -> str:
    return f'CreateTime:{time}\tPartition:{partition}\t{key}\t{{"timestamp":{time}}}'


def in_the_pod(lines: list[str]) -> list[str]:
    """What the filter that runs beside the broker lets through."""
    script = data._LAST_OF_EACH.format(count=data.NEWEST)
    done = subprocess.run(
        ["sh", "-c", script], input="\n".join(lines), capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_the_newest_by_time_are_shown_though_their_partition_is_read_first() -> None:
    read = [line(t, 1) for t in (10, 20, 30, 40, 50, 60)] + [line(t, 0) for t in (1, 2, 3, 35)]
    shown = data.newest(in_the_pod(read))
    assert shown == [f's\t{{"timestamp":{t}}}' for t in (30, 35, 40, 50, 60)]


def test_few_lines_leave_the_pod_however_long_the_topic_is() -> None:
    read = [line(t, t % 3) for t in range(1000)]
    assert len(in_the_pod(read)) == 3 * data.NEWEST
    assert data.newest(in_the_pod(read))[-1].endswith('{"timestamp":999}')


def test_a_value_may_hold_tabs_and_what_is_no_record_is_left_out() -> None:
    odd = "CreateTime:5\tPartition:0\tkey\ta\tb"
    assert data.newest(["Processed a total of 1 messages", odd]) == ["key\ta\tb"]
