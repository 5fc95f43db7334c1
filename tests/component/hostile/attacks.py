"""What hostile tenants do, each in a namespace of his own."""

import base64
from dataclasses import dataclass, field
from typing import Any

from tests.component.hostile import impostors
from tests.component.hostile.impostors import Answer, Impostor
from tests.component.hostile.town import WORKERS, Town
from tests.fakes.fields import Json

LABS = 2
MANY = 2 * WORKERS
SECRET_BYTES = 10**6
ANNOTATION_BYTES = 250_000
MESSAGE_BYTES = 4096

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
    - ``requests``: the attack is under way when so many have come
    """

    name: str
    answer: Answer
    labs: int = LABS
    spec: Json = field(default_factory=lambda: TRAP)
    secret: str = "://:"
    words: str = ""
    requests: int = 2 * LABS + 2

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
        for i in range(self.labs):
            key = made.add_lab(self.spec, f"boom{i}", self.namespace)
            if self.words:
                change = {"metadata": {"annotations": {"x": filled(self.words, ANNOTATION_BYTES)}}}
                made.server.edit("StreamingLab", key.namespace, key.name, change, "kubectl")

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
