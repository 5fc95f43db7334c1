"""Python does not look through the whole process while lists are read."""

import json
import subprocess
import sys

PAGES = 40
READ = """
import gc, json
from streaminglab_operator.collector import look_seldom

if {seldom}:
    look_seldom()
pod = {{"metadata": {{"name": "p", "labels": {{}}, "managedFields": [
    {{"fieldsV1": {{f"f:{{n}}": {{".": {{}}}} for n in range(150)}}}}]}}}}
page = json.dumps({{"items": [pod] * 100}})
kept, before = [], gc.get_stats()
for _ in range({pages}):
    kept += [{{"name": item["metadata"]["name"]}} for item in json.loads(page)["items"]]
print(json.dumps([now["collections"] - then["collections"]
                  for now, then in zip(gc.get_stats(), before)]))
"""
"""A program that reads so many pages of a list of pods, and keeps a little of each."""


def looked(*, seldom: bool) -> list[int]:
    """How often each generation was looked through."""
    program = READ.format(seldom=seldom, pages=PAGES)
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    counts: list[int] = json.loads(ran.stdout)
    return counts


def test_a_list_is_read_without_a_look_through_the_whole_process() -> None:
    young, _, whole = looked(seldom=True)
    assert young > PAGES
    assert whole <= 2


def test_by_pythons_own_thresholds_it_is_looked_through_again_and_again() -> None:
    assert looked(seldom=False)[2] > PAGES / 4
