"""Une alarme sur les températures : moyenne et écart type au fil de l'eau, ville par ville.

python3 alarm.py
"""

import json
import math
import os

from kafka import KafkaConsumer, KafkaProducer

KAFKA = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
TOPIC, ALARMS = "temperatures", "alarms"
ENOUGH = 10
"""Relevés d'une ville avant que son écart type veuille dire quelque chose."""


class Running:
    """Moyenne et écart type de ce qui est passé, sans le garder."""

    def __init__(self):
        self.count, self.mean, self.squares = 0, 0.0, 0.0

    def add(self, value):
        """Compter une valeur de plus. `squares` : la somme des carrés des écarts à la moyenne."""
        self.count += 1
        before = value - self.mean
        self.mean += before / self.count
        self.squares += before * (value - self.mean)

    @property
    def deviation(self):
        """L'écart type de ce qui est passé."""
        return math.sqrt(self.squares / self.count) if self.count else 0.0


def unusual(value, running):
    """Si une valeur est loin de ce qui est passé avant elle."""
    far = abs(value - running.mean) > 3 * running.deviation
    return running.count >= ENOUGH and far


def main():
    """Lire, comparer, et alors seulement compter."""
    consumer = KafkaConsumer(
        TOPIC,
        bootstrap_servers=KAFKA,
        group_id="alarm",
        auto_offset_reset="earliest",
        consumer_timeout_ms=20_000,
    )
    producer = KafkaProducer(bootstrap_servers=KAFKA)
    towns = {}
    for message in consumer:
        value = json.loads(message.value)
        running = towns.setdefault(value["ville"], Running())
        if unusual(value["t"], running):
            alarm = {**value, "mean": running.mean, "deviation": running.deviation}
            producer.send(ALARMS, key=message.key, value=json.dumps(alarm).encode())
            print(f"{value['ville']} : {value['t']} °C, moyenne {running.mean:.1f}", flush=True)
        running.add(value["t"])
    producer.flush()
    for town, running in sorted(towns.items()):
        print(f"{town} : {running.count}, {running.mean:.2f} ± {running.deviation:.2f}")


if __name__ == "__main__":
    main()
