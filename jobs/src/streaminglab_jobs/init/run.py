"""init: make topics, bucket, replication and alerts; can be run again at any time."""

import logging
from functools import partial
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from streaminglab_base import outcome
from streaminglab_base.errors import Unavailable
from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import config
from streaminglab_jobs.config import InitConfig
from streaminglab_jobs.kafka import clients

log = logging.getLogger(__name__)
PROBE_SECONDS = 3.0


def run(stopping: Stopping) -> int:
    """Run the job; 0 when all is as wanted."""
    settings = config.load(InitConfig)
    # Read before anything is made: a secret that is missing is said at once.
    passwords = {u.name: config.secret_file(u.password_file) for u in settings.scram_users}
    token = config.secret("influxdb-init-token") if settings.influxdb else ""
    telegraf_token = config.secret("telegraf-token") if settings.replication else ""
    patience = Patience(stopping, settings.timeout_seconds)
    began = stopping.clock.monotonic()
    done = _in_kafka(settings, passwords, patience)
    if settings.influxdb:
        done += _in_influxdb(settings, (token, telegraf_token), patience)
    if settings.replication:
        url = settings.replication.url
        patience.insist("Telegraf", partial(_answers, url))
    message = f"done in {stopping.clock.monotonic() - began:.1f} s: {'; '.join(done)}"
    log.info(message, extra={"topics": len(settings.topics), "alerts": len(settings.alerts)})
    outcome.write({"topics": len(settings.topics), "message": message})
    return 0


def _in_kafka(settings: InitConfig, passwords: dict[str, str], patience: Patience) -> list[str]:
    from streaminglab_jobs.init.topics import Topics  # noqa: PLC0415
    from streaminglab_jobs.init.users import Users  # noqa: PLC0415

    admin = clients.admin(settings.kafka.bootstrap_servers)
    topics, users = Topics(admin), Users(admin)
    where = f"Kafka at {settings.kafka.bootstrap_servers}"
    for wanted in settings.topics:
        _said(patience.insist(where, partial(topics.ensure, wanted)))
    done = [f"{len(settings.topics)} topics"]
    for name, password in passwords.items():
        done.append(_said(patience.insist(where, partial(users.ensure, name, password))))
    return done


def _in_influxdb(settings: InitConfig, tokens: tuple[str, str], patience: Patience) -> list[str]:
    """Bucket, replication and alerts; ``tokens`` are init's own and Telegraf's."""
    own_token, telegraf_token = tokens
    # Imported late: a lab without InfluxDB does not pay for its client.
    from streaminglab_jobs.influx.client import connect  # noqa: PLC0415
    from streaminglab_jobs.init import alerts, bucket, replication  # noqa: PLC0415

    client = connect(settings.influx.url, own_token)
    where = "InfluxDB"
    found, words = patience.insist(where, partial(bucket.ensure, client, settings))
    more = [
        patience.insist(where, partial(bucket.ensure, client, settings, name))[1]
        for name in settings.more_buckets
    ]
    stream = partial(
        replication.ensure,
        client,
        found,
        settings.influx.bucket,
        settings.replication,
        telegraf_token,
    )
    done = [_said(said) for said in (words, *more)]
    done.append(_said(patience.insist(where, stream)))
    done.append(_said(patience.insist(where, partial(alerts.ensure, client, found, settings))))
    return done


def _said(words: str) -> str:
    log.info(words)
    return words


def _answers(url: str) -> None:
    """Raise Unavailable unless something speaks HTTP there (any answer will do)."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", parts.path.rstrip("/") + "/health")
        connection.getresponse().read()
    except (OSError, HTTPException) as error:
        raise Unavailable(f"no answer from {url}: {error}") from error
    finally:
        connection.close()
