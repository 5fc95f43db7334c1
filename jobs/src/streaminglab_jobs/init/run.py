"""init: make topics, bucket, replication and alerts; can be run again at any time."""

import logging
import time
from functools import partial
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from streaminglab_jobs import config, outcome
from streaminglab_jobs.config import InitConfig
from streaminglab_jobs.errors import Unavailable
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.init import alerts, bucket, replication
from streaminglab_jobs.kafka import clients
from streaminglab_jobs.retry import Patience
from streaminglab_jobs.stopping import Stopping

log = logging.getLogger(__name__)
PROBE_SECONDS = 3.0


def run(stopping: Stopping) -> int:
    """Run the job; 0 when all is as wanted."""
    settings = config.load(InitConfig)
    token = config.secret("influxdb-init-token")
    telegraf_token = config.secret("telegraf-token") if settings.replication else ""
    patience = Patience(stopping, settings.timeout_seconds)
    began = time.monotonic()
    http = InfluxHttp(settings.influxdb.url, token)
    done = [_topics(settings, patience)]
    where = "InfluxDB"
    found, words = patience.insist(where, partial(bucket.ensure, http, settings))
    done.append(_said(words))
    done.append(
        _said(
            patience.insist(
                where,
                partial(
                    replication.ensure,
                    http,
                    found,
                    settings.influxdb.bucket,
                    settings.replication,
                    telegraf_token,
                ),
            )
        )
    )
    done.append(_said(patience.insist(where, partial(alerts.ensure, http, found, settings))))
    if settings.replication:
        url = settings.replication.url
        patience.insist("Telegraf", partial(_answers, url))
    message = f"done in {time.monotonic() - began:.1f} s: {len(settings.topics)} topics, " + (
        "; ".join(done[1:])
    )
    log.info(message, extra={"topics": len(settings.topics), "alerts": len(settings.alerts)})
    outcome.write({"topics": len(settings.topics), "message": message})
    return 0


def _topics(settings: InitConfig, patience: Patience) -> str:
    from streaminglab_jobs.init.topics import Topics  # noqa: PLC0415

    topics = Topics(clients.admin(settings.kafka.bootstrap_servers))
    where = f"Kafka at {settings.kafka.bootstrap_servers}"
    for wanted in settings.topics:
        _said(patience.insist(where, partial(topics.ensure, wanted)))
    return f"{len(settings.topics)} topics"


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
