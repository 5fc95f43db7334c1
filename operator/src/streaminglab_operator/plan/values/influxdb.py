"""Spec -> values of the influxdb chart."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.sizes import SIZES
from streaminglab_operator.plan.values import common

_READERS = ("grafana", "jupyter", "toolbox", "connect")


def values(lab: Lab, options: Options, *, alias: bool) -> dict[str, Any]:
    """``alias``: this lab also answers to the courses' short name ``influxdb``."""
    spec = lab.spec
    cpu, memory = common.wishes(spec.influxdb_resources)
    servers = [("telegraf", names.TELEGRAF_PORT)]
    if spec.alerts:
        servers.append(("telegraf", names.TELEGRAF_ALERTS_PORT))
    return {
        **common.base(
            options.images.get("influxdb"),
            SIZES[spec.profile]["influxdb"].resources(cpu, memory),
        ),
        "storage": {
            "size": spec.influxdb_storage.size,
            "className": spec.influxdb_storage.class_name,
            "retain": spec.retain_data,
        },
        "aliasService": "influxdb" if alias else "",
        "networkPolicy": common.client_network(
            lab,
            options,
            clients=("init", "inject", "producer", "verify", *_READERS),
            servers=servers,
            admin=True,
            page=lab.spec.wish.access.ingress is not None
            and lab.spec.wish.access.ingress.hosts.influxdb is not None,
        ),
    }
