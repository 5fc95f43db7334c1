"""Ce que les programmes de ce dossier ont en commun : rien à compléter ici.

Le topic `semantics` reçoit des messages numérotés ; on voit donc lesquels sont perdus ou doublés.
"""

import argparse
import json
import os
import sys
import time

KAFKA = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
REGISTRY = os.environ.get("SCHEMA_REGISTRY_URL", "http://schema-registry:8081/apis/ccompat/v7")
TOPIC, RESULTS = "semantics", "results"


def options(count=200, rate=20.0):
    """Ce que l'on écrit derrière le nom du programme."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=count, help="messages à envoyer ou à lire")
    parser.add_argument(
        "--rate", type=float, default=rate, help="messages par seconde ; 0 : sans attendre"
    )
    parser.add_argument("--crash-after", type=int, default=0, help="mourir après tant de messages")
    return parser.parse_args()


def completed(settings):
    """Les réglages, si aucun n'est resté à `...`."""
    left = [name for name, value in settings.items() if value is ...]
    if left:
        sys.exit(f"À compléter d'abord : {', '.join(left)}")
    return settings


def todo(number):
    """Ce qui reste à écrire."""
    sys.exit(f"À compléter d'abord : TODO {number}")


def numbered(kind, number):
    """Clé et valeur du message d'un numéro."""
    value = {"kind": kind, "number": number, "sent": time.time()}
    return str(number % 10).encode(), json.dumps(value).encode()


def pace(began, number, rate):
    """Attendre le moment du message d'un numéro."""
    if rate > 0:
        time.sleep(max(0.0, began + number / rate - time.monotonic()))


def crash(number, after):
    """Mourir comme un pod que l'on tue : sans commit, sans au revoir."""
    if after and number >= after:
        print(f"mort après {number} messages", flush=True)
        os._exit(137)


def read(consumer, count, silence=15.0, rate=0.0):
    """Les messages d'un consumer, à son allure, jusqu'à ce que plus rien ne vienne."""
    seen, last = 0, time.monotonic()
    while seen < count and time.monotonic() - last < silence:
        message = consumer.poll(0.5)
        if message is None:
            continue
        if message.error():
            print(message.error(), file=sys.stderr)
            continue
        if rate > 0:
            time.sleep(1 / rate)
        seen, last = seen + 1, time.monotonic()
        yield message
