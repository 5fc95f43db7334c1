"""Accidents that never happened, in the columns of the French road accident file.

`usagers-2022.csv` of data.gouv.fr has one line for each person in an accident. A lab may have no
way to download it, so this makes one: the same columns, codes and separator, invented people. The
same seed gives the same file.

    python3 -m streaminglab_jupyter.accidents usagers-2022.csv [PEOPLE [SEED]]
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from pathlib import Path

COLUMNS = (
    "Num_Acc", "id_usager", "id_vehicule", "num_veh", "place", "catu", "grav", "sexe",
    "an_nais", "trajet", "secu1", "secu2", "secu3", "locp", "actp", "etatp",
)  # fmt: skip
YEAR = 2022
PEOPLE = 1000
SEED = 2022
UNKNOWN = "-1"

# Codes: 1 unhurt, 2 killed, 3 in hospital, 4 lightly hurt; a driver, a passenger, a pedestrian.
SEVERITIES = {"1": (43, 47, 4), "2": (2, 1, 3), "3": (15, 13, 33), "4": (40, 39, 60)}
DRIVER, PASSENGER, PEDESTRIAN = "1", "2", "3"
JOURNEYS = {"0": 20, "1": 13, "2": 2, "3": 3, "4": 10, "5": 37, "9": 15}
PROTECTIONS = {"0": 3, "1": 58, "2": 18, "3": 1, "5": 2, "6": 2, "8": 15, UNKNOWN: 1}


def people(count: int = PEOPLE, seed: int = SEED) -> Iterator[dict[str, str]]:
    """One line for each person; accidents are numbered upwards, as in the real file."""
    chance = random.Random(seed)  # noqa: S311 - to be repeatable is the point
    accident, vehicle, person = YEAR * 10**8, 813_000, 1_099_000
    made = 0
    while made < count:
        accident += 1
        for number in range(chance.choices((1, 2, 3), (30, 60, 10))[0]):
            vehicle += 1
            for role in roles(chance):
                if made == count:
                    return
                made, person = made + 1, person + 1
                place = {
                    "Num_Acc": str(accident),
                    "id_usager": str(person),
                    "id_vehicule": str(vehicle),
                    "num_veh": f"{'ABC'[number]}01",
                }
                yield place | about(role, chance)


def roles(chance: random.Random) -> list[str]:
    """Who belongs to one vehicle: its driver, perhaps passengers, perhaps someone it hit."""
    passengers = chance.choices((0, 1, 2, 3), (75, 17, 5, 3))[0]
    pedestrians = chance.choices((0, 1), (92, 8))[0]
    return [DRIVER, *[PASSENGER] * passengers, *[PEDESTRIAN] * pedestrians]


def about(role: str, chance: random.Random) -> dict[str, str]:
    """The columns that tell of one person."""
    on_foot = role == PEDESTRIAN
    weights = [row[int(role) - 1] for row in SEVERITIES.values()]
    youngest = 16 if role == DRIVER else 0
    return {
        "place": "10" if on_foot else "1" if role == DRIVER else str(chance.randint(2, 9)),
        "catu": role,
        "grav": pick(list(SEVERITIES), weights, chance),
        "sexe": pick(["1", "2"], [68, 32], chance),
        "an_nais": str(YEAR - youngest - int(chance.triangular(0, 80, 12))),
        "trajet": pick(list(JOURNEYS), list(JOURNEYS.values()), chance),
        "secu1": "0" if on_foot else pick(list(PROTECTIONS), list(PROTECTIONS.values()), chance),
        "secu2": UNKNOWN if on_foot else pick(["0", "8", UNKNOWN], [40, 20, 40], chance),
        "secu3": UNKNOWN,
        "locp": str(chance.randint(1, 9)) if on_foot else UNKNOWN,
        "actp": str(chance.choice("0123459AB")) if on_foot else UNKNOWN,
        "etatp": str(chance.randint(1, 3)) if on_foot else UNKNOWN,
    }


def pick(values: list[str], weights: list[int], chance: random.Random) -> str:
    """One of the values, as often as its weight says."""
    return chance.choices(values, weights)[0]


def write(path: Path | str, count: int = PEOPLE, seed: int = SEED) -> Path:
    """Write the file: semicolons, every value quoted, UTF-8; the whole file or none."""
    goal = Path(path)
    scratch = goal.with_name(f".{goal.name}.new")
    with scratch.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, COLUMNS, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(people(count, seed))
    return scratch.replace(goal)


if __name__ == "__main__":
    print(write(sys.argv[1], *map(int, sys.argv[2:4])))
