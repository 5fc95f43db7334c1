"""Un producer « au moins une fois » : aucun message ne se perd, un message peut arriver deux fois.

python3 producer_at_least_once.py --count 200 --rate 20
"""

import time

from confluent_kafka import Producer

from course import KAFKA, TOPIC, completed, numbered, options, pace

KIND = "at-least-once"
SETTINGS = {
    "bootstrap.servers": KAFKA,
    # Toutes les copies de l'ISR, qui doit en compter min.insync.replicas.
    "acks": "all",
    # Assez court pour que le programme l'apprenne pendant le TP, et renvoie lui-même.
    "delivery.timeout.ms": 10_000,
    "enable.idempotence": False,
}

asked = options()
producer = Producer(completed(SETTINGS))
began, again = time.monotonic(), 0


def send(number):
    """Envoyer le message d'un numéro."""
    key, value = numbered(KIND, number)
    producer.produce(TOPIC, key=key, value=value, on_delivery=lambda e, m: told(e, number))


def told(error, number):
    """Ce que Kafka dit du message d'un numéro."""
    global again
    if error is not None:
        again += 1
        print(f"message {number} : {error}")
        # Sans réponse on ne sait pas s'il est arrivé : le renvoyer, au risque d'un double.
        send(number)


for number in range(asked.count):
    pace(began, number, asked.rate)
    send(number)
    producer.poll(0)
while producer.flush(5):
    pass
print(f"{asked.count} messages envoyés, {again} envoyés encore une fois")
