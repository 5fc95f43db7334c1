"""Un producer « exactement une fois » : des transactions, de dix messages chacune.

python3 producer_exactly_once.py --count 200 --rate 20
"""

import time

from confluent_kafka import KafkaException, Producer

from course import KAFKA, TOPIC, completed, crash, numbered, options, pace, todo

KIND = "exactly-once"
EACH = 10
SETTINGS = {
    "bootstrap.servers": KAFKA,
    # TODO 1 : à quoi Kafka reconnaît-il un message qu'il a déjà ?
    "enable.idempotence": ...,
    # TODO 2 : à quoi Kafka reconnaît-il ce programme quand on le relance ?
    "transactional.id": ...,
}


def transaction(producer, first, began, asked):
    """Dix messages, tous ou aucun."""
    # TODO 3 : que faut-il dire à Kafka avant le premier message ?
    todo(3)
    for number in range(first, min(first + EACH, asked.count)):
        pace(began, number, asked.rate)
        key, value = numbered(KIND, number)
        producer.produce(TOPIC, key=key, value=value)
        producer.poll(0)
        crash(number + 1, asked.crash_after)
    # TODO 4 : et après le dernier ?
    todo(4)


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
        # TODO 5 : la transaction a échoué. Que deviennent ses messages, et lesquels renvoyer ?
        todo(5)
print(f"{asked.count} messages envoyés, {aborted} transactions abandonnées")
