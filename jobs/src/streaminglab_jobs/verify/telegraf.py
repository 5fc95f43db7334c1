"""Asking Telegraf whether it still holds points for Kafka.

Its own statistics say how many points wait in the buffer of an output, those of a write that is
under way included (telegraf v1.39.2, models/buffer_mem.go, ``length``); its health output turns
that into 200 (none) or 503 (charts/telegraf/files/telegraf.conf.tpl).
"""

from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

SECONDS = 1.0
"""Patience for an answer."""


class TelegrafBuffer:
    """The buffer of Telegraf's output to the points' topic, seen from outside."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = parts.netloc
        self._path = parts.path or "/"

    def holds(self) -> bool | None:
        """True while points wait for Kafka, False when none do, None when it cannot be asked.

        One that stays silent may stand still (or come just now), and still hold what it held: so
        True. One that is not there refuses the connection.
        """
        connection = HTTPConnection(self._address, timeout=SECONDS)
        try:
            connection.request("GET", self._path)
            status = connection.getresponse().status
        except TimeoutError:
            return True
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        if status == HTTPStatus.OK:
            return False
        return True if status == HTTPStatus.SERVICE_UNAVAILABLE else None
