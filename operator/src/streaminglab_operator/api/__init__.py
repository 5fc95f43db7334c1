"""The StreamingLab API: models, rules, conditions, and a spec with everything worked out."""

from streaminglab_operator.api.conditions import (
    CONDITIONS,
    ConditionDoc,
    ConditionStatus,
    ConditionType,
    condition_of,
)
from streaminglab_operator.api.effective import (
    EffectiveAlert,
    EffectiveSpec,
    EffectiveStorage,
    effective,
)
from streaminglab_operator.api.kinds import KINDS, LAB
from streaminglab_operator.api.reason_docs import REASONS, ReasonDoc
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.api.spec import Profile, StreamingLabSpec
from streaminglab_operator.api.status import (
    ComponentStatus,
    Condition,
    ConnectorStatus,
    DataStatus,
    EndpointStatus,
    Phase,
    StreamingLabStatus,
    Url,
)
from streaminglab_operator.api.validate import (
    InvalidSpec,
    Problem,
    admit,
    parse_spec,
    validate_change,
    validate_spec,
)

__all__ = [
    "CONDITIONS",
    "KINDS",
    "LAB",
    "REASONS",
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
    "EndpointStatus",
    "InvalidSpec",
    "Phase",
    "Problem",
    "Profile",
    "Reason",
    "ReasonDoc",
    "StreamingLabSpec",
    "StreamingLabStatus",
    "Url",
    "admit",
    "condition_of",
    "effective",
    "parse_spec",
    "validate_change",
    "validate_spec",
]
