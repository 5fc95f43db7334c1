"""`status.topics`: which settings of topics the operator has asked for, and so may take back."""

from __future__ import annotations

from pydantic import Field

from streaminglab_operator.schema.parts import list_map
from streaminglab_operator.schema.status import StatusModel


class AskedTopic(StatusModel):
    """One topic."""

    name: str = Field(description="The topic. Example: weather")
    settings: list[str] = Field(
        default_factory=list,
        description="The names of its settings in the spec. Example: [retention.ms]",
    )


class TopicsStatus(StatusModel):
    """Which settings of topics the spec names now, and which it named before.

    It is written before the Job is made: whatever the Job may have set is known here.
    """

    config_checksum: str = Field(
        default="",
        description="Checksum of the configuration that the Job init has. Example: 1a2b3c4d",
    )
    done: bool = Field(default=False, description="Whether the Job init has done it. Example: true")
    named: list[AskedTopic] = Field(
        default_factory=list,
        json_schema_extra=list_map("name"),
        description="The topics that the lab has, each with the settings that the spec names.",
    )
    before: list[AskedTopic] = Field(
        default_factory=list,
        json_schema_extra=list_map("name"),
        description="The same of what was in force before. A setting that is named no more goes "
        "back to its default; a topic that is listed no more stays as it is.",
    )
