"""``/metrics`` (Prometheus) and ``/healthz``, which means progress and not just a process."""

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """What an administrator watches: passes, failures, writes, labs, renders."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._passes = Histogram(
            "streaminglab_reconcile_seconds",
            "Duration of one pass over one lab",
            registry=self.registry,
            buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 60),
        )
        self._failures = Counter(
            "streaminglab_reconcile_failures",
            "Passes that ended in an error",
            registry=self.registry,
        )
        self._writes = Counter(
            "streaminglab_writes", "Objects applied or deleted", registry=self.registry
        )
        self._unreadable = Counter(
            "streaminglab_unreadable_objects",
            "Objects that were passed over because they could not be read",
            ["kind"],
            registry=self.registry,
        )

    def unreadable(self, kind: str) -> None:
        """An object was passed over."""
        self._unreadable.labels(kind).inc()

    def passed(self, seconds: float, writes: int) -> None:
        """One pass is over."""
        self._passes.observe(seconds)
        if writes:
            self._writes.inc(writes)

    def failed(self) -> None:
        """One pass ended in an error."""
        self._failures.inc()

    def watch(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """A gauge that is read when it is asked for."""
        Gauge(f"streaminglab_{name}", help_text, registry=self.registry).set_function(value)


async def serve(port: int, metrics: Metrics, unhealthy: Callable[[], str]) -> web.AppRunner:
    """Serve until the runner is cleaned up. ``unhealthy`` gives a reason, or an empty text."""

    async def health(_: web.Request) -> web.Response:
        reason = unhealthy()
        return web.Response(status=503 if reason else 200, text=(reason or "ok") + "\n")

    async def ready(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def numbers(_: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(metrics.registry), content_type="text/plain", charset="utf-8"
        )

    app = web.Application()
    app.router.add_get("/healthz", health)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", numbers)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, port=port).start()
    return runner
