"""Un consumer « exactement une fois » : ce qu'il lit dans `semantics`, il l'écrit dans `results`,
et sa position avec, dans une même transaction.

python3 consumer_exactly_once.py --crash-after 50     puis, encore une fois, sans --crash-after
"""

from confluent_kafka import Consumer, Producer

from course import KAFKA, RESULTS, TOPIC, completed, crash, options, read, todo

READING = {
    "bootstrap.servers": KAFKA,
    "group.id": "exactly-once",
    "auto.offset.reset": "earliest",
    "session.timeout.ms": 6000,
    "enable.auto.commit": False,
    # TODO 1 : que doit-on lire des transactions qui n'ont pas abouti ?
    "isolation.level": ...,
}
WRITING = {
    "bootstrap.servers": KAFKA,
    # TODO 2 : à quoi Kafka reconnaît-il ce programme quand on le relance ?
    "transactional.id": ...,
}

asked = options(count=1_000_000, rate=0.0)
consumer, producer = Consumer(completed(READING)), Producer(completed(WRITING))
consumer.subscribe([TOPIC])
producer.init_transactions()
done = 0
for message in read(consumer, asked.count, rate=asked.rate):
    producer.begin_transaction()
    producer.produce(RESULTS, key=message.key(), value=message.value())
    crash(done + 1, asked.crash_after)
    # TODO 3 : la position du groupe fait partie de la transaction (send_offsets_to_transaction avec
    # consumer.position(...) et consumer.consumer_group_metadata()). Puis la terminer.
    todo(3)
    done += 1
consumer.close()
print(f"{done} messages copiés")
