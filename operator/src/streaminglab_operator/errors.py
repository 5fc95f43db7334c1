"""Every error the operator raises on purpose.

::

    OperatorError
    ├── SettingsError        the operator itself is set up wrongly; it does not start
    ├── RenderError          a chart refused its values; a fault of ours, never retried in a loop
    ├── ApiError             the Kubernetes API said no; carries the HTTP status
    │   ├── NotFound         404
    │   ├── Conflict         409
    │   ├── AnswerTooLong    it says more at once than is read
    │   └── Forbidden        403, quota included
    ├── NoAnswer             a server in a lab gave no answer, or none that can be taken
    ├── InfluxDBError        InfluxDB's HTTP API said no or did not answer
    └── ConnectError         Kafka Connect's REST API said no or did not answer
        ├── ConnectBusy      409: its workers are sharing out their work; try again soon
        └── PluginMissing    no installed plugin has the class of a connector
"""

from collections.abc import Iterable


class OperatorError(Exception):
    """Base of all errors raised on purpose; ``str(error)`` is fit for a student's eyes.

    ``retry_after``: the seconds for which a server asks to be left alone; 0: it says nothing of it.
    """

    retry_after: float = 0.0


class SettingsError(OperatorError):
    """A setting of the operator is missing or wrong."""


class RenderError(OperatorError):
    """``helm template`` refused a chart or its values."""


class ApiError(OperatorError):
    """The Kubernetes API refused a request.

    ``status`` is the HTTP status, ``message`` the API server's own words.
    """

    def __init__(self, status: int, message: str, what: str = "", retry_after: float = 0.0) -> None:
        super().__init__(f"{what}: {message}" if what else message)
        self.status = status
        self.message = message
        self.what = what
        self.retry_after = retry_after


class AnswerTooLong(ApiError):
    """The API server says more at once than is read; of a list, less can be asked for."""


class NotFound(ApiError):
    """404: the object is not there."""


class Conflict(ApiError):
    """409: the object exists already, or changed under our hands."""


class Forbidden(ApiError):
    """403: no right, a quota, or an admission policy."""


class NoAnswer(OperatorError):
    """A server in a lab gave no answer within its bounds; ``str(error)`` says why, in our words or
    as the name of an exception. Adapters turn it into one of the next two."""


class InfluxDBError(OperatorError):
    """InfluxDB's HTTP API refused a request or did not answer."""


class NotInInfluxDB(InfluxDBError):
    """InfluxDB has not what was asked for."""


class ConnectError(OperatorError):
    """Kafka Connect's REST API refused a request or did not answer.

    ``status`` is the HTTP status, 0 when there was no answer. The message can quote values of a
    connector's config: it must be masked before anybody sees it.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class ConnectBusy(ConnectError):
    """409: the workers are rebalancing, or the config has just changed under our hands."""


class PluginMissing(ConnectError):
    """The class of a connector is in no installed plugin; ``installed`` are those that are."""

    def __init__(self, wanted: str, installed: Iterable[str]) -> None:
        self.installed = tuple(sorted(installed))
        there = ", ".join(self.installed) or "none"
        super().__init__(404, f"Connect has no plugin with the class {wanted}; installed: {there}")


def api_error(status: int, message: str, what: str = "", retry_after: float = 0.0) -> ApiError:
    """The subclass of :class:`ApiError` that fits an HTTP status."""
    kind = {404: NotFound, 409: Conflict, 403: Forbidden}.get(status, ApiError)
    return kind(status, message, what, retry_after)
