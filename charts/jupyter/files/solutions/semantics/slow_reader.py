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
    # Le même groupe : chaque partition est lue par un seul de ses membres.
    "group.id": "slow",
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
    # Plus que le repos du plus lent, neuf secondes, sinon le groupe l'exclut pendant qu'il dort.
    "max.poll.interval.ms": 30_000,
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
