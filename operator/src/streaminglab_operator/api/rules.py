"""The rules of the API that a field's type and bounds cannot say: one table, two executions.

Each rule is written once, with its message, as CEL (the API server runs it at admission) and as
Python (the operator runs it again, for clusters without CEL). The table is drawn from
`rules_fields` (one field), `rules_lab`, `rules_access` and `rules_chaos` (several fields),
`rules_changes` (the change from old to new), `rules_pods`, `rules_affinity` and `rules_egress`
(where pods run, and what they trust), `rules_exercises`, `rules_services` (the declarations of
services, and all formats) and `rules_words` (what no text may hold).
"""

from __future__ import annotations

from streaminglab_operator.api.rules_access import ACCESS_RULES
from streaminglab_operator.api.rules_affinity import AFFINITY_RULES
from streaminglab_operator.api.rules_changes import CHANGE_RULES
from streaminglab_operator.api.rules_chaos import CHAOS_RULES
from streaminglab_operator.api.rules_egress import EGRESS_RULES
from streaminglab_operator.api.rules_exercises import EXERCISES_RULES
from streaminglab_operator.api.rules_fields import FIELD_RULES
from streaminglab_operator.api.rules_lab import LAB_RULES
from streaminglab_operator.api.rules_pods import POD_RULES
from streaminglab_operator.api.rules_services import SERVICE_RULES
from streaminglab_operator.api.rules_words import WORD_RULES
from streaminglab_operator.schema.rules import Case, Rule

RULES: tuple[Rule, ...] = (
    *LAB_RULES,
    *FIELD_RULES,
    *ACCESS_RULES,
    *CHAOS_RULES,
    *CHANGE_RULES,
    *POD_RULES,
    *AFFINITY_RULES,
    *EGRESS_RULES,
    *EXERCISES_RULES,
    *SERVICE_RULES,
    *WORD_RULES,
)

__all__ = ["RULES", "Case", "Rule"]
