"""``python -m streaminglab_operator``: reads settings, builds adapters, runs: the only wiring."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from http import HTTPStatus
from typing import Any

import kopf
import structlog

from streaminglab_operator import collector, handlers, logs
from streaminglab_operator.adapters.api import Api, log_in
from streaminglab_operator.adapters.clock import WallClock
from streaminglab_operator.adapters.cluster import KubernetesCluster
from streaminglab_operator.adapters.connect import ConnectClient
from streaminglab_operator.adapters.doors import TcpDoors
from streaminglab_operator.adapters.helm import Helm
from streaminglab_operator.adapters.http import LabHttp
from streaminglab_operator.adapters.influxdb import InfluxDBClient
from streaminglab_operator.adapters.kinds import HTTP_ROUTES, WATCHED, Resource
from streaminglab_operator.adapters.lane import Lane
from streaminglab_operator.adapters.lease import Lease, LeaseLost
from streaminglab_operator.adapters.master_key import master_key
from streaminglab_operator.adapters.roll_call import RollCall
from streaminglab_operator.adapters.tls import small_buffers
from streaminglab_operator.adapters.watch import Informer
from streaminglab_operator.adapters.web import Metrics, serve
from streaminglab_operator.api import LAB
from streaminglab_operator.engine import Engine
from streaminglab_operator.errors import ApiError, OperatorError
from streaminglab_operator.heard import Heard
from streaminglab_operator.names import LabKey
from streaminglab_operator.plan import Options
from streaminglab_operator.plan.access import hosts_of
from streaminglab_operator.plan.ingress import (
    CLUSTER_ISSUER,
    ISSUER,
    SAFE_ANNOTATIONS,
    IngressPolicy,
)
from streaminglab_operator.reconcile import Addresses, Reconciler, Tools
from streaminglab_operator.reconcile.foresight import render_ahead
from streaminglab_operator.reconcile.limit_ranges import LimitRanges
from streaminglab_operator.reconcile.pull_secrets import PullSecrets
from streaminglab_operator.reconcile.reporting import Reporter
from streaminglab_operator.reconcile.templates import TemplateCache
from streaminglab_operator.reconcile.upgrade_slots import UpgradeSlots
from streaminglab_operator.reconcile.worked_out import SpecsWorkedOut
from streaminglab_operator.runtime import Runtime
from streaminglab_operator.services import TABLE
from streaminglab_operator.services.images import unset
from streaminglab_operator.settings import Settings
from streaminglab_operator.store import Store, Wakes
from streaminglab_operator.workqueue import WorkQueue

log = structlog.get_logger()

LOOKUPS = 64


async def run(settings: Settings) -> None:
    """Run until a signal, a lost lease or an error."""
    _make_room_for_lookups()
    async with AsyncExitStack() as stack:
        lane, account = Lane(), log_in()
        api = await stack.enter_async_context(Api.connect(account=account))
        # Connections of their own: neither writes nor watches may hold up the Lease.
        leases = await stack.enter_async_context(Api.connect(account=account))
        writes = await stack.enter_async_context(Api.connect(lane, account))
        http = await stack.enter_async_context(LabHttp())
        queue, options, metrics = _queue(settings), _options(settings), Metrics()
        informers: list[Informer] = []
        store = _store(settings, options, queue, metrics, informers)
        templates = TemplateCache(helm := Helm(settings.charts, settings.helm))
        cluster, clock = KubernetesCluster(writes), WallClock()
        tools = Tools(
            store=store,
            cluster=cluster,
            templates=templates,
            influxdb=InfluxDBClient(http),
            connect=ConnectClient(http),
            doors=TcpDoors(),
            clock=clock,
            options=options,
            addresses=Addresses(settings.influxdb_url, settings.connect_url),
            reporter=Reporter(cluster, clock, lambda: queue.gather_seconds),
            upgrades=UpgradeSlots(settings.max_rolling_labs, queue.add),
            wake=queue.add,
            wake_soon=queue.add_soon,
            limit_ranges=LimitRanges(cluster, clock),
            specs=SpecsWorkedOut(options.site),
            pull_secrets=PullSecrets(cluster, clock, settings.namespace, _handed_on(settings)),
            master=await master_key(api, settings.namespace, settings.master_key_secret),
        )
        engine = Engine(queue, Reconciler(tools), metrics, settings.workers)
        informers += _informers(api, store, settings, metrics, await _watched(settings, api))
        _watch(metrics, store, queue, templates, lane)
        heard = Heard()
        runtime = Runtime(
            engine=engine,
            informers=informers,
            lease=Lease(leases, settings.namespace) if settings.lease else None,
            served=lambda: _served(api, settings.watch_namespaces),
            roll_call=RollCall(api, heard, settings.watch_namespaces),
            prepare=lambda: _ahead(helm, store, templates, options),
        )
        runner = await serve(settings.port, metrics, runtime.unhealthy)
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(runtime.close)
        await _kopf(settings, handlers.registry(store, runtime.start, heard), runtime)


async def _ahead(helm: Helm, store: Store, templates: TemplateCache, options: Options) -> None:
    """Every first pass waits for it, and the operator is as small as it will ever be."""
    with helm.in_haste():
        await render_ahead(store, templates, options)


def _watch(
    metrics: Metrics, store: Store, queue: WorkQueue[LabKey], templates: TemplateCache, lane: Lane
) -> None:
    metrics.watch("labs", "Labs known", lambda: len(store))
    metrics.watch("queue_length", "Labs that wait for a pass", lambda: len(queue))
    metrics.watch("api_calls_in_flight", "Calls of passes in flight", lambda: lane.in_flight)
    metrics.watch("api_calls_limit", "How many of them there may be", lambda: lane.limit)
    metrics.watch("chart_renders", "Times the real Helm was run", lambda: templates.renders)
    metrics.watch("chart_render_hits", "Renders spared", lambda: templates.hits)
    metrics.watch("chart_bytes", "Bytes of rendered charts kept", lambda: templates.size)


def _make_room_for_lookups() -> None:
    """Host names are looked up in threads of the loop's own pool. By default they are so few that a
    handful of labs with names that take long would hold up those of all others."""
    pool = ThreadPoolExecutor(max_workers=LOOKUPS, thread_name_prefix="lookup")
    asyncio.get_running_loop().set_default_executor(pool)


def _options(settings: Settings) -> Options:
    return Options(
        images=settings.images,
        operator_namespace=settings.namespace,
        own_account=settings.service_account,
        maven_repository=settings.maven_repository,
        ingress=_ingress(settings),
        api_server=settings.api_server_cidrs,
        image_registry=settings.image_registry,
        own_registry=settings.own_image_registry,
        image_pull_secrets=settings.image_pull_secrets,
        pods=settings.lab_pods,
        egress=settings.lab_egress,
        site=settings.site,
        cluster_domain=settings.cluster_domain,
        copy_pull_secrets=settings.copy_pull_secrets,
        unset_images=unset(
            TABLE, settings.images, settings.image_registry, settings.own_image_registry
        ),
        not_offered=frozenset(settings.not_offered),
        chart_version=settings.chart_version,
    )


def _handed_on(settings: Settings) -> tuple[str, ...]:
    return settings.image_pull_secrets if settings.copy_pull_secrets else ()


def _ingress(settings: Settings) -> IngressPolicy:
    allowed, said = settings.ingress_annotations, settings.site.ingress
    issuers = {CLUSTER_ISSUER: said.cluster_issuer, ISSUER: said.issuer}
    return IngressPolicy(
        settings.ingress_namespace_labels,
        settings.host_patterns,
        SAFE_ANNOTATIONS if allowed is None else allowed,
        settings.ingress_reports_addresses,
        {key: name for key, name in issuers.items() if name},
    )


async def _kopf(settings: Settings, registry: kopf.OperatorRegistry, runtime: Runtime) -> None:
    await kopf.operator(
        registry=registry,
        settings=handlers.settings(limited=bool(settings.watch_namespaces)),
        standalone=True,
        # kopf would ask the system for a user name, which a bare uid has not.
        identity=socket.gethostname(),  # type: ignore[arg-type]
        clusterwide=not settings.watch_namespaces,
        namespaces=settings.watch_namespaces,
        stop_flag=runtime.ended,
    )


def _queue(settings: Settings) -> WorkQueue[LabKey]:
    """A namespace whose labs all take long leaves a quarter of the workers to the others."""
    return WorkQueue(lambda key: key.namespace, max(1, settings.workers * 3 // 4))


def _store(
    settings: Settings,
    options: Options,
    queue: WorkQueue[LabKey],
    metrics: Metrics,
    informers: list[Informer],
) -> Store:
    """``informers``: those that will fill it; they are made after it."""

    def list_again() -> None:
        for informer in informers:
            informer.list_again()

    return Store(
        Wakes(queue.add, queue.add_soon, queue.waits),
        partial(hosts_of, policy=options.ingress, site=options.site),
        metrics.unreadable,
        list_again=list_again,
        most_labs=settings.max_labs_per_namespace,
    )


async def _served(api: Api, namespaces: Sequence[str]) -> None:
    """Tried until it works: right after the CRD was made, the API server says 404, or 429 ("storage
    is (re)initializing"), to a list also when it says already that it serves the kind. One that
    refuses the list has answered."""
    where = Resource.of(LAB).path(namespaces[0] if namespaces else None)
    while True:
        try:
            found = await api.request("GET", f"/apis/{LAB.api_version}")
            if any(resource["name"] == LAB.plural for resource in found["resources"]):
                await api.request("GET", where, params={"limit": "1"})
                return
            log.warning("labs are not served yet", crd=LAB.crd_name)
        except ApiError as error:
            if error.status == HTTPStatus.FORBIDDEN:
                return
            log.warning("labs are not served yet", error=str(error))
        await asyncio.sleep(1)


async def _watched(settings: Settings, api: Api) -> tuple[Resource, ...]:
    """The kinds to watch: routes of the Gateway API only in a cluster that knows them, and where
    the operator has the right to: a list that is refused would hold up everything."""
    if not settings.gateway_routes:
        return WATCHED
    try:
        await api.request("GET", f"/apis/{HTTP_ROUTES.api_version}")
    except ApiError:
        return WATCHED
    return (*WATCHED, HTTP_ROUTES)


def _informers(
    api: Api, store: Store, settings: Settings, metrics: Metrics, watched: tuple[Resource, ...]
) -> list[Informer]:
    def sink(resource: Resource, event: str, raw: Mapping[str, Any]) -> None:
        store.object_seen(resource.kind, event, raw)

    def relisted(resource: Resource, namespace: str | None, seen: set[tuple[str, str]]) -> None:
        store.relisted(resource.kind, namespace, seen)

    return [
        Informer(api, resource, namespace, sink, relisted, unreadable=metrics.unreadable)
        for resource in watched
        for namespace in settings.watch_namespaces or (None,)
    ]


def main() -> int:
    """Exit 0 after a signal, 1 after an error that is said in one line."""
    try:
        settings = Settings.from_environment(os.environ)
        logs.configure(settings.log_level)
        small_buffers()
        collector.look_seldom()
        asyncio.run(run(settings))
    except LeaseLost as error:
        log.warning("ending", reason=str(error))
        return 1
    except OperatorError as error:
        print(f"streaminglab-operator: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
