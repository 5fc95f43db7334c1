"""Des températures de cinq villes dans le topic `temperatures` : rien à compléter ici.

python3 temperatures.py                      une par seconde, sans fin (Ctrl-C y met fin)
python3 temperatures.py --count 500 --rate 100
"""

import argparse
import itertools
import json
import os
import random
import time

from kafka import KafkaProducer

TOPIC = "temperatures"
TOWNS = {"Brest": 14.0, "Lille": 12.0, "Lyon": 17.0, "Nantes": 16.0, "Nice": 21.0}
PEAK = 25.0
"""De temps en temps, un relevé est trop chaud d'autant."""


def readings(seed=7):
    """Une ville après l'autre : la même graine donne les mêmes températures."""
    chance = random.Random(seed)
    for number in itertools.count(1):
        town = list(TOWNS)[number % len(TOWNS)]
        peak = PEAK if number % 97 == 0 else 0.0
        yield town, round(chance.gauss(TOWNS[town], 1.0) + peak, 1)


def main():
    """Envoyer : la clé est la ville, la valeur {ville, t, ts}."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=None)
    parser.add_argument("--rate", type=float, default=1.0)
    asked = parser.parse_args()
    producer = KafkaProducer(
        bootstrap_servers=os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
    )
    for town, celsius in itertools.islice(readings(), asked.count):
        value = {"ville": town, "t": celsius, "ts": int(time.time() * 1000)}
        producer.send(TOPIC, key=town.encode(), value=json.dumps(value).encode())
        time.sleep(1 / asked.rate)
    producer.flush()


if __name__ == "__main__":
    main()
