"""Un producer « au plus une fois » : un message peut se perdre, aucun n'arrive deux fois.

python3 producer_at_most_once.py --count 200 --rate 20
"""

import time

from confluent_kafka import Producer

from course import KAFKA, TOPIC, completed, numbered, options, pace

KIND = "at-most-once"
SETTINGS = {
    "bootstrap.servers": KAFKA,
    # Aucun broker ne répond : le producer n'attend rien et ne sait rien.
    "acks": "0",
    # Un message qui a échoué n'est jamais renvoyé, donc jamais double.
    "retries": 0,
    "enable.idempotence": False,
}

asked = options()
producer = Producer(completed(SETTINGS))
began, lost = time.monotonic(), 0


def told(error, message):
    """Ce que Kafka dit d'un message, et que ce producer n'écoute pas."""
    global lost
    lost += error is not None


for number in range(asked.count):
    pace(began, number, asked.rate)
    key, value = numbered(KIND, number)
    producer.produce(TOPIC, key=key, value=value, on_delivery=told)
    producer.poll(0)
producer.flush(30)
print(f"{asked.count} messages envoyés, {lost} signalés perdus")
