"""Every error the operator raises on purpose.

::

    OperatorError
    ├── SettingsError        the operator itself is set up wrongly; it does not start
    ├── RenderError          a chart refused its values; a fault of ours, never retried in a loop
    ├── ApiError             the Kubernetes API said no; carries the HTTP status
    │   ├── NotFound         404
    │   ├── Conflict         409
    │   └── Forbidden        403, quota included
    └── InfluxDBError        InfluxDB's HTTP API said no or did not answer
"""


class OperatorError(Exception):
    """Base of all errors raised on purpose; ``str(error)`` is fit for a student's eyes."""


class SettingsError(OperatorError):
    """A setting of the operator is missing or wrong."""


class RenderError(OperatorError):
    """``helm template`` refused a chart or its values."""


class ApiError(OperatorError):
    """The Kubernetes API refused a request.

    ``status`` is the HTTP status, ``message`` the API server's own words.
    """

    def __init__(self, status: int, message: str, what: str = "") -> None:
        super().__init__(f"{what}: {message}" if what else message)
        self.status = status
        self.message = message
        self.what = what


class NotFound(ApiError):
    """404: the object is not there."""


class Conflict(ApiError):
    """409: the object exists already, or changed under our hands."""


class Forbidden(ApiError):
    """403: no right, a quota, or an admission policy."""


class InfluxDBError(OperatorError):
    """InfluxDB's HTTP API refused a request or did not answer."""


def api_error(status: int, message: str, what: str = "") -> ApiError:
    """The subclass of :class:`ApiError` that fits an HTTP status."""
    kind = {404: NotFound, 409: Conflict, 403: Forbidden}.get(status, ApiError)
    return kind(status, message, what)
