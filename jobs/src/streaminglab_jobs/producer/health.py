"""``GET /healthz`` for the readiness probe: 200 once both ends answered, 503 before.

A plain socket and one thread; http.server would cost more start time than the rest of the job.
"""

import contextlib
import socket
import threading

from streaminglab_base.errors import JobError

PORT = 8080
_ANSWERS = {
    True: b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nready\n",
    False: b"HTTP/1.0 503 Service Unavailable\r\nContent-Type: text/plain\r\n\r\nnot ready\n",
}
_NOT_FOUND = b"HTTP/1.0 404 Not Found\r\n\r\n"
READ_SECONDS = 2.0


def _listening(port: int) -> socket.socket:
    """On all addresses: a pod may have one of IPv6 alone, a node no IPv6 at all."""
    if socket.has_dualstack_ipv6():
        return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
    return socket.create_server(("", port))


class Health:
    """Answers probes until the process ends."""

    def __init__(self, port: int = PORT) -> None:
        self.ready = False
        try:
            self._socket = _listening(port)
        except OSError as error:
            raise JobError(f"cannot listen on port {port}: {error.strerror}") from error
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, name="health", daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(READ_SECONDS)
                request = connection.recv(1024)
                known = request.startswith((b"GET /healthz ", b"GET /healthz?"))
                connection.sendall(_ANSWERS[self.ready] if known else _NOT_FOUND)

    def close(self) -> None:
        """Stop answering."""
        self._socket.close()
