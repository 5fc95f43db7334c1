"""The base class of everything that a user writes under `spec`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class SpecModel(BaseModel):
    """Part of `spec`. Strict on purpose: an unknown key or a number in quotes is a mistake."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        allow_inf_nan=False,
    )

    def to_dict(self) -> dict[str, Any]:
        """The form the API server stores: camelCase keys, no key for what is not set."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
