"""Un lecteur lent : un message, puis tant de secondes de repos. Lancez-en trois, dans un groupe.

python3 slow_reader.py 3 &  python3 slow_reader.py 5 &  python3 slow_reader.py 9 &
"""

import os
import sys
import time

from confluent_kafka import Consumer

from course import KAFKA, TOPIC, completed, read

SECONDS = float(sys.argv[1])
SETTINGS = {
    "bootstrap.servers": KAFKA,
    # TODO 1 : trois lecteurs qui se partagent les partitions. Qu'ont-ils en commun ?
    "group.id": ...,
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
    # TODO 2 : après combien de millisecondes sans poll un lecteur est-il exclu ?
    "max.poll.interval.ms": ...,
    "session.timeout.ms": 6000,
}


def given(consumer, partitions):
    """Un rééquilibrage m'a donné ces partitions."""
    print(f"{SECONDS:g} s : partitions {sorted(p.partition for p in partitions)}", flush=True)


consumer = Consumer(completed(SETTINGS))
print(os.getpid(), flush=True)
consumer.subscribe([TOPIC], on_assign=given)
for message in read(consumer, 1_000_000, silence=600):
    consumer.commit(message, asynchronous=False)
    end = consumer.get_watermark_offsets(
        next(p for p in consumer.assignment() if p.partition == message.partition()), cached=True
    )[1]
    behind = end - message.offset() - 1
    print(f"{SECONDS:g} s : partition {message.partition()}, retard {behind}", flush=True)
    time.sleep(SECONDS)
consumer.close()
