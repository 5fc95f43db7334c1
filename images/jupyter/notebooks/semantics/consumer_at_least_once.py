"""Un consumer « au moins une fois » : tout message est traité, parfois deux fois.

python3 consumer_at_least_once.py --crash-after 50    puis, encore une fois, sans --crash-after
"""

from confluent_kafka import Consumer

from course import KAFKA, TOPIC, completed, crash, options, read, todo

SETTINGS = {
    "bootstrap.servers": KAFKA,
    "group.id": "at-least-once",
    "auto.offset.reset": "earliest",
    "session.timeout.ms": 6000,
    # TODO 1 : qui enregistre la position du groupe, et quand ?
    "enable.auto.commit": ...,
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
    # TODO 2 : dans quel ordre ? enregistrer la position (consumer.commit), traiter (work) ;
    # entre les deux le programme peut mourir : crash(done + 1, asked.crash_after)
    todo(2)
    done += 1
consumer.close()
print(f"{done} messages traités")
