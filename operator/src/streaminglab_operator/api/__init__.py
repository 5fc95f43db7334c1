"""The StreamingLab API: models, rules, conditions, and a spec with everything worked out."""

from streaminglab_operator.api.effective import (
    EffectiveAlert,
    EffectiveSpec,
    EffectiveStorage,
    EffectiveTopic,
    effective,
)
from streaminglab_operator.api.spec import (
    InjectSpec,
    ProducerSpec,
    Profile,
    StreamingLabSpec,
    TelegrafSpec,
)
from streaminglab_operator.api.spec_influxdb import AlertSpec, InfluxDBSpec
from streaminglab_operator.api.spec_kafka import KafkaSpec, TopicSpec
from streaminglab_operator.api.spec_parts import ResourceSpec
from streaminglab_operator.api.units import parse_interval, parse_rate, parse_retention
from streaminglab_operator.api.validate import (
    InvalidSpec,
    Problem,
    admit,
    parse_spec,
    validate_spec,
)

__all__ = [
    "AlertSpec",
    "EffectiveAlert",
    "EffectiveSpec",
    "EffectiveStorage",
    "EffectiveTopic",
    "InfluxDBSpec",
    "InjectSpec",
    "InvalidSpec",
    "KafkaSpec",
    "Problem",
    "ProducerSpec",
    "Profile",
    "ResourceSpec",
    "StreamingLabSpec",
    "TelegrafSpec",
    "TopicSpec",
    "admit",
    "effective",
    "parse_interval",
    "parse_rate",
    "parse_retention",
    "parse_spec",
    "validate_spec",
]
