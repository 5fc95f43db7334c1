"""Un consumer « au moins une fois » : tout message est traité, parfois deux fois.

python3 consumer_at_least_once.py --crash-after 50    puis, encore une fois, sans --crash-after
"""

from confluent_kafka import Consumer

from course import KAFKA, TOPIC, completed, crash, options, read

SETTINGS = {
    "bootstrap.servers": KAFKA,
    "group.id": "at-least-once",
    "auto.offset.reset": "earliest",
    "session.timeout.ms": 6000,
    # Le programme lui-même, message par message : sinon un fil d'exécution le fait toutes les 5 s.
    "enable.auto.commit": False,
}


def work(message):
    """Le traitement : une ligne dans un fichier."""
    with open("at-least-once.txt", "a") as file:
        print(message.partition(), message.offset(), file=file)


asked = options(count=1_000_000, rate=0.0)
consumer = Consumer(completed(SETTINGS))
consumer.subscribe([TOPIC])
done = 0
for message in read(consumer, asked.count, rate=asked.rate):
    # Le travail d'abord : qui meurt ensuite relira ce message, et le traitera une deuxième fois.
    work(message)
    crash(done + 1, asked.crash_after)
    consumer.commit(message, asynchronous=False)
    done += 1
consumer.close()
print(f"{done} messages traités")
