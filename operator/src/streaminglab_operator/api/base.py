"""Names of the API, and the base class of what the operator writes (`status`)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from streaminglab_operator.names import GROUP, VERSION

API_VERSION = f"{GROUP}/{VERSION}"
SINGULAR = "streaminglab"
SHORT_NAMES = ("slab", "slabs")
CATEGORY = "streaming"


class StatusModel(BaseModel):
    """Part of `status`. Unknown keys are passed over: a newer operator may have written them."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )

    def to_dict(self) -> dict[str, Any]:
        """The form the API server stores: camelCase keys, no key for what is not set."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
