"""What a user writes: the model of `spec`, each field with its words, bounds and default.

It is the only source of the CRD (`api.crd`), of the reference page and of the operator's own
check (`api.validate`). The parts of services and programs come from their declarations. What one
field cannot say by itself is in `api.rules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, create_model

from streaminglab_operator.api.spec_access import AccessSpec
from streaminglab_operator.api.spec_chaos import ChaosSpec
from streaminglab_operator.schema import units
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.egress import EgressSpec
from streaminglab_operator.schema.exercises import ExercisesSpec
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.parts import SecretName
from streaminglab_operator.schema.pods import PodsSpec
from streaminglab_operator.services import PROGRAMS, SERVICES
from streaminglab_operator.services.pieces import P, Part

if TYPE_CHECKING:
    from streaminglab_operator.services.influxdb_spec import InfluxDBSpec
    from streaminglab_operator.services.inject import InjectSpec
    from streaminglab_operator.services.kafka_spec import KafkaSpec
    from streaminglab_operator.services.producer import ProducerSpec
    from streaminglab_operator.services.telegraf import TelegrafSpec

Profile = Annotated[
    str,
    StringConstraints(min_length=1, max_length=63),
    Format("profile-format", units.DNS_LABEL, "a profile's name has small letters, digits and '-'"),
]


def parts() -> Iterator[Part[Any]]:
    """The parts of the spec that services and programs have, in the order of the spec."""
    always = [s.part for s in SERVICES if not s.optional]
    yield from always
    yield from (program.part for program in PROGRAMS)
    yield from (s.part for s in SERVICES if s.optional)


def _definition(part: Part[Any]) -> tuple[Any, Any]:
    words: dict[str, Any] = {"alias": part.key, "description": part.description}
    if part.optional and not part.by_default:
        return part.model | None, Field(default=None, **words)
    return part.model, Field(default_factory=part.model, **words)


if TYPE_CHECKING:
    _Parts = SpecModel
else:
    _Parts = create_model(
        "_Parts", __base__=SpecModel, **{part.field: _definition(part) for part in parts()}
    )


_LAST = (
    "chaos",
    "exercises",
    "access",
    "pods",
    "egress",
    "passwordsSecretName",
    "retainData",
    "suspend",
)
"""What concerns the whole lab."""


def _in_order(schema: dict[str, Any]) -> None:
    """The profile first, what concerns the whole lab last, as people read it."""
    found = schema["properties"]
    first = [key for key in ("profile", "kafka", "weather") if key in found]
    last = [key for key in _LAST if key in found]
    middle = [key for key in found if key not in (*first, *last)]
    schema["properties"] = {key: found[key] for key in (*first, *middle, *last)}


class StreamingLabSpec(_Parts):
    """What the lab should be. An empty spec gives a complete weather lab with one broker."""

    model_config = ConfigDict(json_schema_extra=_in_order)

    if TYPE_CHECKING:
        # Always there; those of optional services are had by `part`.
        kafka: KafkaSpec
        influxdb: InfluxDBSpec
        telegraf: TelegrafSpec
        producer: ProducerSpec
        inject: InjectSpec

    profile: Profile = Field(
        default="standard",
        description="Size of the lab. nano: one broker, the least memory that works. standard: "
        "one broker. resilience: three brokers, for exercises that stop one of them. The "
        "administrator may have made more, of one broker unless kafka.brokers says otherwise. "
        "Example: standard",
    )
    weather: bool = Field(
        default=True,
        description="Whether the lab has the weather: InfluxDB, Telegraf, the producer and the "
        "injection. false leaves Kafka and the services that are asked for. Example: true",
    )
    chaos: ChaosSpec | None = Field(
        default=None,
        description="Brokers that are stopped for a while, again and again, in a lab of three. An "
        "edit begins it anew; taken out, it ends at once. What it does is in status.chaos. "
        "Example: {periodSeconds: 60, downSeconds: 30, durationSeconds: 600}",
    )
    access: AccessSpec = Field(
        default_factory=AccessSpec,
        description="Who can reach the lab, and how. Example: {ingress: {domain: example.org}}",
    )
    pods: PodsSpec = Field(
        default_factory=PodsSpec,
        description="Where all pods of the lab run, and what they carry, beside what the "
        "administrator set for every lab. Example: {nodeSelector: {pool: teaching}}",
    )
    egress: EgressSpec = Field(
        default_factory=EgressSpec,
        description="How programs of the lab reach servers outside the cluster, beside what "
        "the administrator set for every lab. Example: {httpsProxy: "
        "'http://proxy.example.org:3128'}",
    )
    passwords_secret_name: SecretName | None = Field(
        default=None,
        description="Secret of this namespace with passwords of your own choice, under the keys "
        "that the lab's Secret has for them, such as page-password, or that a further user's name "
        "tells: 8 to 64 letters, digits, '.', '_', '~' and '-'. A new value is taken "
        "within ten minutes, or with the next edit of the lab; its pods restart. Every other "
        "password is drawn, and InfluxDB's always is. Unset: all are. Example: my-passwords",
    )
    exercises: ExercisesSpec | None = Field(
        default=None,
        description="Exercises that the lab's page shows and checks, and status.exercises tells "
        "of; needs page. Unset: none. Example: {set: '000'}",
    )
    retain_data: bool = Field(
        default=False,
        description="Whether the volumes and the Secret with the credentials stay when the lab "
        "is deleted. A lab of the same name made later finds its data again. Example: false",
    )
    suspend: bool = Field(
        default=False,
        description="Whether the lab rests: true stops all its pods and keeps its data, topics, "
        "connectors and passwords; false brings it back as it was. Edits made meanwhile come into "
        "force then. Example: false",
    )

    def part(self, part: Part[P]) -> P | None:
        """The part of one service, or None in a lab without it."""
        found: P | None = getattr(self, part.field)
        return None if part.by_default and not getattr(found, "enabled", True) else found
