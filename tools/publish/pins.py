"""Where published images are, and charts whose images are those. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.images.catalog import LABS, Image

OPERATOR = "operator"
USED = (LABS, OPERATOR)
Values = dict[str, Any]


@dataclass(frozen=True)
class Pin:
    """One published image: ``digest`` is that of the index over its platforms."""

    image: Image
    digest: str

    @property
    def reference(self) -> str:
        """Without the registry: `streaminglab/kafka:4.3.1@sha256:...`."""
        return f"{name_of(self.image)}@{self.digest}"


def published(images: Mapping[str, Image]) -> tuple[Image, ...]:
    """Those that an installation pulls, of the ones that are built here."""
    return tuple(i for i in images.values() if i.local and i.use in USED)


def upstream_only(images: Mapping[str, Image]) -> tuple[Image, ...]:
    """Those that labs pull from their own projects' registries, because nobody can build them."""
    return tuple(i for i in images.values() if not i.local)


def name_of(image: Image, architecture: str = "") -> str:
    """`streaminglab/kafka:4.3.1`, or of one platform `streaminglab/kafka:4.3.1-arm64`."""
    return f"{image.repository}:{image.version}{'-' if architecture else ''}{architecture}"


def operator_values(values: Values, pins: Mapping[str, Pin], registry: str) -> Values:
    """The operator's chart as it is published: it names the digest of every image, so that an
    installation needs no value at all. `global.imageRegistry` still leads all to a mirror."""
    images = {key: pin.reference for key, pin in pins.items() if pin.image.use == LABS}
    return {**with_pins(values, pins, registry), "images": images}


def own_first(chart: str, pins: Mapping[str, Pin]) -> Mapping[str, Pin]:
    """The pins with that of the chart's own name before the others: two images may stand for one of
    upstream, as the broker's and Connect's do when both are of one release."""
    return {chart: pins[chart], **pins} if chart in pins else pins


def with_pins(values: Values, pins: Mapping[str, Pin], registry: str) -> Values:
    """A chart's values with each image that is published in the place of the default."""

    def changed(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if pin := _pin_of(value, pins):
            named = {"registry": registry, "repository": pin.image.repository}
            return {**value, **named, "tag": pin.image.version, "digest": pin.digest}
        return {key: changed(inner) for key, inner in value.items()}

    return {key: changed(value) for key, value in values.items()}


def _pin_of(value: Mapping[str, Any], pins: Mapping[str, Pin]) -> Pin | None:
    if not {"repository", "tag"} <= value.keys():
        return None
    source = f"{value['registry']}/" if value.get("registry") else ""
    default = f"{source}{value['repository']}:{value['tag']}"
    for pin in pins.values():
        if default in (pin.image.upstream, name_of(pin.image)):
            return pin
    return None
