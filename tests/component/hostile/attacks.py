"""What hostile tenants do, each in a namespace of his own."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from streaminglab_operator.names import LabKey
from tests.component.hostile import impostors
from tests.component.hostile.impostors import Answer, Impostor
from tests.component.hostile.town import WORKERS, Town
from tests.fakes.fields import Json

LABS = 2
MANY = 2 * WORKERS
SECRET_BYTES = 10**6
ANNOTATION_BYTES = 250_000
MESSAGE_BYTES = 4096
EVENT_BYTES = 250_000
LARGEST, TOO_LARGE = 220, 900
"""Bytes of each of 64 options of 16 connectors: a spec may have 256 KiB, an object 1.5 MiB."""
LONGEST = 1950
"""Of each of 8 options of as many: one value has 2 KiB at most."""

CONNECTORS: list[dict[str, Any]] = [
    {"name": f"c{i}", "class": "x.Y", "config": {"db.password": "${secret:boom:v}"}}
    for i in range(16)
]
TRAP: dict[str, Any] = {"connect": {"connectors": CONNECTORS}}


@dataclass(frozen=True)
class Attack:
    """Labs whose servers give one kind of answers.

    - ``secret``: what the Secret of their connectors is filled with
    - ``words``: what annotations and termination messages are filled with; empty: neither
    - ``refusal``: what the Events say of pods that are not admitted; empty: all are
    - ``requests``, ``says``: the attack is under way when so many have come, and each lab's status
      has these words
    """

    name: str
    answer: Answer
    labs: int = LABS
    spec: Json = field(default_factory=lambda: TRAP)
    secret: str = "://:"
    words: str = ""
    refusal: str = ""
    requests: int = 2 * LABS + 2
    says: str = ""

    @property
    def namespace(self) -> str:
        """The tenant's."""
        return f"tenant-{self.name}"

    def impostor(self) -> Impostor:
        """In the place of all servers of the tenant's labs."""
        return Impostor(self.answer, named=self.answer is impostors.baking)

    def begin(self, made: Town) -> None:
        """Somebody applies all of it."""
        self._secret(made)
        if self.words:
            self._last_words(made)
        if self.refusal:
            made.server.admission.append(self._refuse)
        for i in range(self.labs):
            key = made.add_lab(self.spec, f"boom{i}", self.namespace)
            if self.words:
                change = {"metadata": {"annotations": {"x": filled(self.words, ANNOTATION_BYTES)}}}
                made.server.edit("StreamingLab", key.namespace, key.name, change, "kubectl")

    async def under_way(self, made: Town, impostor: Impostor) -> None:
        """Until it is; no claim on how long that takes."""
        await made.until(lambda: impostor.asked >= self.requests)
        keys = [LabKey(self.namespace, f"boom{i}") for i in range(self.labs)]
        await made.until(lambda: all(self.says in json.dumps(made.status(key)) for key in keys))

    def _secret(self, made: Town) -> None:
        text = filled(self.secret, SECRET_BYTES)
        data = {"v": base64.b64encode(text.encode()).decode()}
        where = {"name": "boom", "namespace": self.namespace}
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": where, "data": data}
        made.server.create(body, "x")

    def _last_words(self, made: Town) -> None:
        """Init fails, with a termination message of the largest size."""
        words, init = filled(self.words, MESSAGE_BYTES), made.controllers.programs["init"]
        made.controllers.programs["init"] = lambda pod: (
            (1, words) if pod["metadata"]["namespace"] == self.namespace else init(pod)
        )

    def _refuse(self, kind: str, body: Json) -> str | None:
        if kind != "Pod" or body["metadata"]["namespace"] != self.namespace:
            return None
        return filled(self.refusal, EVENT_BYTES)


def _long(shape: str, size: int, end: str = "", options: int = 64) -> Json:
    """A spec with options of one size."""
    config = {f"o{i}": filled(shape, size - len(end)) + end for i in range(options)}
    return {"connect": {"connectors": [{**c, "config": config} for c in CONNECTORS]}}


def filled(shape: str, size: int) -> str:
    """So many characters of it."""
    return (shape * (size // len(shape) + 1))[:size]


SERVERS = [
    Attack(answer.__name__, answer)
    for answer in (
        impostors.silent,
        impostors.endless,
        impostors.dripping,
        impostors.deep,
        impostors.wide,
        impostors.bomb,
        impostors.redirecting,
        impostors.baking,
        impostors.echoing,
        impostors.lying,
        impostors.failing,
        impostors.idle,
    )
]
CROWD = Attack("crowd", impostors.silent, MANY, {}, requests=MANY)
TEXTS = [
    Attack(f"text{i}", impostors.failing, secret=shape, words=shape, requests=2 * LABS)
    for i, shape in enumerate(
        ["://:", "token", '"password":"', "\n", "x\n", "[", "\\u0001"],
    )
]
SPECS = [
    Attack("spec", impostors.failing, spec=_long("[", LARGEST), requests=LABS),
    # Nearly a login in an address, again and again: the search for one costs most.
    Attack("costly", impostors.failing, spec=_long("thin:", LONGEST, "@", 8), requests=LABS),
    Attack(
        "toolarge", impostors.silent, spec=_long("://:", TOO_LARGE), requests=0, says="KiB large"
    ),
    Attack("refused", impostors.silent, refusal="://:", requests=0, says="refused it"),
]
