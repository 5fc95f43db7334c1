"""Compter ce qui manque et ce qui est double : rien à compléter ici.

python3 compare.py semantics at-least-once 200
python3 compare.py results exactly-once 200
"""

import json
import sys
from collections import Counter

from confluent_kafka import Consumer, TopicPartition

from course import KAFKA


def values(topic):
    """Tous les messages d'un topic, sans ceux des transactions abandonnées."""
    consumer = Consumer(
        {"bootstrap.servers": KAFKA, "group.id": "compare", "enable.auto.commit": False,
         "isolation.level": "read_committed", "enable.partition.eof": True}
    )  # fmt: skip
    partitions = consumer.list_topics(topic).topics[topic].partitions
    consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
    ended = 0
    while ended < len(partitions):
        message = consumer.poll(10)
        if message is None:
            break
        if message.error():
            ended += 1
            continue
        try:
            yield json.loads(message.value())
        except ValueError:
            continue
    consumer.close()


topic, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
found = Counter(v["number"] for v in values(topic) if isinstance(v, dict) and v.get("kind") == kind)
lost = sum(number not in found for number in range(count))
doubled = sum(times - 1 for times in found.values())
print(f"{topic}, {kind} : {len(found)} numéros, {lost} perdus, {doubled} doubles")
