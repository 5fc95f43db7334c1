"""Which of the lab's credentials a reader may ask for, and who logs in with them. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from streaminglab_page.view import Key

USER_NAME = "-username"
"""End of a key that holds no secret: who logs in."""


@dataclass(frozen=True, slots=True)
class Logins:
    """Keys of the Secret ``secret``. ``users``: part -> who logs in, as the Secret says."""

    secret: str = ""
    keys: tuple[str, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)

    def by_part(self, parts: Iterable[str]) -> dict[str, list[str]]:
        """Part -> its keys. The longest name wins: kafka-ui-password is not Kafka's."""
        owned: dict[str, list[str]] = {}
        by_length = sorted(filter(None, parts), key=len, reverse=True)
        for key in self.keys:
            part = next((p for p in by_length if key.startswith(f"{p}-")), key.split("-")[0])
            owned.setdefault(part, []).append(key)
        return owned

    def shown(self, key: str, namespace: str) -> Key:
        """A key with the line that reads it by kubectl."""
        template = shlex.quote(f'{{{{index .data "{key}" | base64decode}}}}')
        return Key(
            key,
            f"kubectl -n {shlex.quote(namespace)} get secret {shlex.quote(self.secret)} "
            f"-o go-template={template}",
        )
