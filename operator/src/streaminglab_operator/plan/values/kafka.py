"""Spec -> values of the kafka chart."""

from typing import Any

from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.sizes import SIZES, heap
from streaminglab_operator.plan.values import common
from streaminglab_operator.render import PLACEHOLDER


def values(lab: Lab, options: Options, *, alias: bool) -> dict[str, Any]:
    """``alias``: this lab also answers to the courses' short name ``kafka``."""
    spec = lab.spec
    size = SIZES[spec.profile]["kafka"]
    cpu, memory = common.wishes(spec.kafka_resources)
    return {
        **common.base(options.images.get("kafka"), size.resources(cpu, memory)),
        "replicas": spec.brokers,
        "clusterId": PLACEHOLDER.cluster_id,
        "storage": {
            "size": spec.kafka_storage.size,
            "className": spec.kafka_storage.class_name,
            "retain": spec.retain_data,
        },
        "config": dict(spec.kafka_config),
        "jvm": {"heap": heap(size, memory)},
        "aliasService": "kafka" if alias else "",
        "networkPolicy": common.network(
            clients=("init", "telegraf", "producer", "verify", "client"),
            servers=(),
        ),
    }
