"""Un producer « au plus une fois » : un message peut se perdre, aucun n'arrive deux fois.

python3 producer_at_most_once.py --count 200 --rate 20
"""

import time

from confluent_kafka import Producer

from course import KAFKA, TOPIC, completed, numbered, options, pace

KIND = "at-most-once"
SETTINGS = {
    "bootstrap.servers": KAFKA,
    # TODO 1 : combien de brokers doivent avoir le message avant qu'il compte comme écrit ?
    "acks": ...,
    # TODO 2 : combien de fois un message qui a échoué est-il renvoyé ?
    "retries": ...,
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
