"""Un consumer « au plus une fois » : un message peut se perdre, aucun n'est traité deux fois.

python3 consumer_at_most_once.py --crash-after 50     puis, encore une fois, sans --crash-after
"""

from confluent_kafka import Consumer

from course import KAFKA, TOPIC, completed, crash, options, read

SETTINGS = {
    "bootstrap.servers": KAFKA,
    "group.id": "at-most-once",
    "auto.offset.reset": "earliest",
    "session.timeout.ms": 6000,
    # Le programme lui-même, message par message : sinon un fil d'exécution le fait toutes les 5 s.
    "enable.auto.commit": False,
}


def work(message):
    """Le traitement : une ligne dans un fichier."""
    with open("at-most-once.txt", "a") as file:
        print(message.partition(), message.offset(), file=file)


asked = options(count=1_000_000, rate=0.0)
consumer = Consumer(completed(SETTINGS))
consumer.subscribe([TOPIC])
done = 0
for message in read(consumer, asked.count, rate=asked.rate):
    # La position d'abord : qui meurt ensuite ne relira jamais ce message, et ne l'a pas traité.
    consumer.commit(message, asynchronous=False)
    crash(done + 1, asked.crash_after)
    work(message)
    done += 1
consumer.close()
print(f"{done} messages traités")
