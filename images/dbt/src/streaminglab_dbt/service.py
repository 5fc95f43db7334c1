"""The loop: a command, its run, its result, its offset."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_dbt import command
from streaminglab_dbt.broker import Broker, Record
from streaminglab_dbt.run import Outcome

log = logging.getLogger(__name__)

NANOSECONDS = 1_000_000_000  # of a second
Runner = Callable[[str], Outcome]


class Service:
    """Carries out commands until it is asked to stop."""

    def __init__(self, broker: Broker, runner: Runner, stopping: Stopping) -> None:
        self._broker, self._runner, self._stopping = broker, runner, stopping
        self._patience = Patience(stopping)
        self.done = 0

    def serve(self) -> None:
        """Until SIGTERM, which raises Stopped where it strikes."""
        while not self._stopping.asked:
            record = self._patience.insist("a command", self._broker.next)
            if record is not None:
                self.carry_out(record)

    def carry_out(self, record: Record) -> None:
        """One command. Stopped before its result is written, it is run again by the next pod."""
        result = self._result(record)
        self._patience.insist(
            "the result to be written",
            lambda: self._broker.publish(_key(record), result, self._stopping.check),
        )
        self._patience.insist("the offset to be written", lambda: self._broker.commit(record))
        self.done += 1
        log.info(
            "%s: %s in %.1f s", result["select"] or "no command", result["status"],
            result["seconds"], extra={"models": len(result["models"]), "error": result["error"]},
        )  # fmt: skip

    def _result(self, record: Record) -> dict[str, Any]:
        asked: command.Command | None = None
        try:
            asked = command.parse(record.value())
            log.info("running dbt for %s", asked.select)
            outcome = self._runner(asked.select)
        except command.Refused as error:
            outcome = Outcome(status="refused", error=str(error))
        finished = self._stopping.clock.time_ns() // NANOSECONDS
        return {
            "id": asked.id if asked else None,
            "select": asked.select if asked else None,
            **outcome.as_json(),
            "finished": datetime.fromtimestamp(finished, UTC).isoformat(timespec="seconds"),
            "command": {
                "topic": record.topic(), "partition": record.partition(), "offset": record.offset(),
            },
        }  # fmt: skip


def _key(record: Record) -> bytes | None:
    key = record.key()
    return key.encode() if isinstance(key, str) else key
