"""Un producer « exactement une fois » : des transactions, de dix messages chacune.

python3 producer_exactly_once.py --count 200 --rate 20
"""

import time

from confluent_kafka import KafkaException, Producer

from course import KAFKA, TOPIC, completed, crash, numbered, options, pace

KIND = "exactly-once"
EACH = 10
SETTINGS = {
    "bootstrap.servers": KAFKA,
    # Chaque message porte l'identité du producer et un numéro : le broker écarte un renvoi.
    "enable.idempotence": True,
    # Le même nom à chaque lancement : Kafka abandonne ce que l'ancien a laissé ouvert.
    "transactional.id": "semantics-producer",
}


def transaction(producer, first, began, asked):
    """Dix messages, tous ou aucun."""
    producer.begin_transaction()
    for number in range(first, min(first + EACH, asked.count)):
        pace(began, number, asked.rate)
        key, value = numbered(KIND, number)
        producer.produce(TOPIC, key=key, value=value)
        producer.poll(0)
        crash(number + 1, asked.crash_after)
    producer.commit_transaction()


asked = options()
producer = Producer(completed(SETTINGS))
producer.init_transactions()
began, aborted, first = time.monotonic(), 0, 0
while first < asked.count:
    try:
        transaction(producer, first, began, asked)
        first += EACH
    except KafkaException as error:
        print(error)
        aborted += 1
        if error.args[0].fatal():
            raise
        # Aucun de ses messages ne sera lu ; la boucle renvoie les dix, avec les mêmes numéros.
        producer.abort_transaction()
print(f"{asked.count} messages envoyés, {aborted} transactions abandonnées")
