"""The base classes of what the API server stores: any part, and what a user writes in `spec`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class ApiModel(BaseModel):
    """Part of an object, named in camelCase there and in snake_case here."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )

    def to_dict(self) -> dict[str, Any]:
        """The form the API server stores: camelCase keys, no key for what is not set."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class SpecModel(ApiModel):
    """Part of `spec`. Strict on purpose: an unknown key or a number in quotes is a mistake."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
