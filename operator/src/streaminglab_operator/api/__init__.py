"""The StreamingLab API: models, rules, conditions, and a spec with everything worked out."""

from streaminglab_operator.api.conditions import (
    CONDITIONS,
    ConditionDoc,
    ConditionStatus,
    ConditionType,
)
from streaminglab_operator.api.effective import (
    EffectiveAlert,
    EffectiveSpec,
    EffectiveStorage,
    EffectiveTopic,
    effective,
)
from streaminglab_operator.api.reasons import REASONS, Reason, ReasonDoc
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
from streaminglab_operator.api.status import (
    ComponentStatus,
    Condition,
    ConnectorStatus,
    DataStatus,
    Endpoint,
    Phase,
    StreamingLabStatus,
    Url,
)
from streaminglab_operator.api.units import parse_interval, parse_rate, parse_retention
from streaminglab_operator.api.validate import (
    InvalidSpec,
    Problem,
    admit,
    parse_spec,
    validate_spec,
)

__all__ = [
    "CONDITIONS",
    "REASONS",
    "AlertSpec",
    "ComponentStatus",
    "Condition",
    "ConditionDoc",
    "ConditionStatus",
    "ConditionType",
    "ConnectorStatus",
    "DataStatus",
    "EffectiveAlert",
    "EffectiveSpec",
    "EffectiveStorage",
    "EffectiveTopic",
    "Endpoint",
    "InfluxDBSpec",
    "InjectSpec",
    "InvalidSpec",
    "KafkaSpec",
    "Phase",
    "Problem",
    "ProducerSpec",
    "Profile",
    "Reason",
    "ReasonDoc",
    "ResourceSpec",
    "StreamingLabSpec",
    "StreamingLabStatus",
    "TelegrafSpec",
    "TopicSpec",
    "Url",
    "admit",
    "effective",
    "parse_interval",
    "parse_rate",
    "parse_retention",
    "parse_spec",
    "validate_spec",
]
