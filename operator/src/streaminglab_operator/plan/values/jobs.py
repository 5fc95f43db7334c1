"""Spec -> values of the lab-job chart, for the four programs of the jobs image."""

from collections.abc import Iterable
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.sizes import SIZES
from streaminglab_operator.plan.values import common
from streaminglab_operator.plan.values.kafka import PASSWORD_KEY, USER, outside
from streaminglab_operator.plan.values.telegraf import HEALTH_PORT, MEASUREMENT, health_url
from streaminglab_operator.render import PLACEHOLDER

_KAFKA = ("kafka", names.KAFKA_PORT)
_INFLUXDB = ("influxdb", names.INFLUXDB_PORT)
ENDLESS_DEADLINE_SECONDS = 10 * 365 * 24 * 3600


def init_config(lab: Lab) -> dict[str, Any]:
    """Topics and users, and with the weather bucket, replication to Telegraf and alerts: all of it
    idempotent."""
    found: dict[str, Any] = {
        **_kafka(),
        "topics": [
            {
                "name": t.name,
                "partitions": t.partitions,
                "replicationFactor": t.replication_factor,
                "config": dict(t.config),
            }
            for t in lab.spec.topics
        ],
        "timeoutSeconds": 600,
    }
    if outside(lab):
        found["scramUsers"] = [{"name": USER, "passwordFile": PASSWORD_KEY}]
    return found | (_weather_config(lab) if lab.spec.weather else {})


def _weather_config(lab: Lab) -> dict[str, Any]:
    spec = lab.spec
    return {
        "influxdb": _influxdb(lab),
        "bucketRetentionSeconds": spec.retention_seconds,
        "measurement": MEASUREMENT,
        "replication": {
            "name": names.release(common.LAB, "telegraf"),
            "url": names.telegraf_url(common.LAB),
        },
        "alerts": [
            {
                "name": a.name,
                "field": a.field,
                "every": a.every,
                **({"above": a.above} if a.above is not None else {}),
                **({"below": a.below} if a.below is not None else {}),
            }
            for a in spec.alerts
        ],
        "alertEndpoint": {
            "name": names.release(common.LAB, "telegraf"),
            "url": names.alerts_url(common.LAB),
        }
        if spec.alerts
        else None,
    }


def inject_config(lab: Lab) -> dict[str, Any]:
    """Simulated weather; the run is the Job's own digest, so that a restart goes on."""
    spec = lab.spec
    return {
        "influxdb": _influxdb(lab),
        "measurement": MEASUREMENT,
        "stations": spec.stations,
        "rate": spec.rate,
        "points": spec.points,
        "seed": spec.seed,
        "batchSize": 500,
    }


def producer_config(lab: Lab) -> dict[str, Any]:
    """InfluxDB -> Kafka, each point once."""
    return {
        **_both(lab),
        "measurement": MEASUREMENT,
        "topic": lab.spec.producer_topic,
        "pollIntervalSeconds": 0.25,
    }


def verify_config(lab: Lab) -> dict[str, Any]:
    """The comparison of the three sets of points."""
    spec = lab.spec
    return {
        **_both(lab),
        "measurement": MEASUREMENT,
        "topics": {
            "producer": spec.producer_topic,
            "telegraf": spec.telegraf_topic,
            "alerts": spec.alert_topic,
        },
        "expectedPoints": spec.points,
        "timeoutSeconds": 120,
        "repair": True,
        "telegrafHealthUrl": health_url(common.LAB),
    }


def values(
    lab: Lab, options: Options, component: str, config: dict[str, Any], *, endless: bool = False
) -> dict[str, Any]:
    """Values of one Job, or of the Deployment that the producer is."""
    keys = sorted(_secrets(lab, component))
    return {
        **common.base(
            options.images.get("jobs"),
            SIZES[lab.spec.profile]["jobs"].resources(),
            credentials=component == "producer",
        ),
        "kind": "Deployment" if component == "producer" else "Job",
        "component": component,
        "config": config,
        "secret": {
            "name": names.credentials(common.LAB) if keys else "",
            "keys": keys,
        },
        "activeDeadlineSeconds": ENDLESS_DEADLINE_SECONDS if endless else 3600,
        "networkPolicy": common.network(clients=("none",), servers=_SERVERS[component]),
    }


_SECRETS: dict[str, Iterable[str]] = {
    "init": ("influxdb-init-token", "telegraf-token"),
    "inject": ("influxdb-inject-token",),
    "producer": ("influxdb-producer-token",),
    "verify": ("influxdb-verify-token",),
}
_SERVERS: dict[str, tuple[tuple[str, int], ...]] = {
    "init": (_KAFKA, _INFLUXDB, ("telegraf", names.TELEGRAF_PORT)),
    "inject": (_INFLUXDB,),
    "producer": (_KAFKA, _INFLUXDB),
    "verify": (_KAFKA, _INFLUXDB, ("telegraf", HEALTH_PORT)),
}


def _secrets(lab: Lab, component: str) -> Iterable[str]:
    if component != "init":
        return _SECRETS[component]
    users = (PASSWORD_KEY,) if outside(lab) else ()
    return (*users, *(_SECRETS["init"] if lab.spec.weather else ()))


def _influxdb(lab: Lab) -> dict[str, str]:
    return {
        "url": names.influxdb_url(common.LAB),
        "org": lab.spec.org,
        "bucket": lab.spec.bucket,
    }


def _both(lab: Lab) -> dict[str, Any]:
    return {
        "influxdb": _influxdb(lab),
        **_kafka(),
    }


def _kafka() -> dict[str, Any]:
    return {"kafka": {"bootstrapServers": names.bootstrap_servers(common.LAB)}}


def run_of(digest: str = PLACEHOLDER.digest) -> dict[str, str]:
    """The key by which a run of the injection finds its own earlier work."""
    return {"run": digest}
