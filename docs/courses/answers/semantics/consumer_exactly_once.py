"""Un consumer « exactement une fois » : ce qu'il lit dans `semantics`, il l'écrit dans `results`,
et sa position avec, dans une même transaction.

python3 consumer_exactly_once.py --crash-after 50     puis, encore une fois, sans --crash-after
"""

from confluent_kafka import Consumer, Producer

from course import KAFKA, RESULTS, TOPIC, completed, crash, options, read

READING = {
    "bootstrap.servers": KAFKA,
    "group.id": "exactly-once",
    "auto.offset.reset": "earliest",
    "session.timeout.ms": 6000,
    "enable.auto.commit": False,
    # Rien : ni celles qui ont été abandonnées, ni celles qui sont encore ouvertes.
    "isolation.level": "read_committed",
}
WRITING = {
    "bootstrap.servers": KAFKA,
    # Le même nom à chaque lancement : un précédent qui vivrait encore ne peut plus rien écrire.
    "transactional.id": "semantics-copy",
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
    # Le message copié et la position avancent ensemble, ou pas du tout.
    positions = consumer.position(consumer.assignment())
    producer.send_offsets_to_transaction(positions, consumer.consumer_group_metadata())
    producer.commit_transaction()
    done += 1
consumer.close()
print(f"{done} messages copiés")
