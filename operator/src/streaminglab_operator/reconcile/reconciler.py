"""The reconciler: observe, plan, render, apply, prune, set up, summarise."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from streaminglab_operator import names
from streaminglab_operator.api import (
    InvalidSpec,
    Problem,
    Reason,
    StreamingLabSpec,
    StreamingLabStatus,
    admit,
    effective,
    parse_spec,
)
from streaminglab_operator.errors import ApiError, InfluxDBError, RenderError
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import CredentialsView, Culprit, LabView
from streaminglab_operator.observed.refusals import refusal
from streaminglab_operator.plan import Desired, Lab, Options, plan
from streaminglab_operator.plan.credentials import checksum, needed
from streaminglab_operator.ports import Clock, Cluster, Connect, InfluxDB
from streaminglab_operator.reconcile import connectors, credentials
from streaminglab_operator.reconcile.applying import (
    applied_hash,
    apply_all,
    is_refusal,
    to_prune,
)
from streaminglab_operator.reconcile.connectors import Reach, Tended
from streaminglab_operator.reconcile.diagnosing import diagnose
from streaminglab_operator.reconcile.influxdb import set_up
from streaminglab_operator.reconcile.memory import LabMemory
from streaminglab_operator.reconcile.reporting import Reporter
from streaminglab_operator.reconcile.templates import TemplateCache
from streaminglab_operator.render import Identity, Manifest, personalise
from streaminglab_operator.services.connect import CONNECT
from streaminglab_operator.status import blocked, invalid, summarise
from streaminglab_operator.status.connectors import recorded
from streaminglab_operator.store import Store

log = structlog.get_logger()

EPOCH_SECONDS = 300.0
RENDER_RETRY_SECONDS = 60.0
CREDENTIALS_SECONDS = 60.0
CREDENTIALS_LOOK_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pass did: objects written or deleted, and in how many seconds to look again."""

    writes: int = 0
    again_after: float | None = None


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the operator reaches parts of a lab; templates with ``{lab}`` and ``{namespace}``."""

    influxdb_template: str
    connect_template: str

    def influxdb(self, key: LabKey) -> str:
        """The URL of a lab's InfluxDB."""
        return self.influxdb_template.format(lab=key.name, namespace=key.namespace)

    def connect(self, key: LabKey) -> str:
        """The URL of a lab's Kafka Connect."""
        return self.connect_template.format(lab=key.name, namespace=key.namespace)


class Reconciler:
    """Holds the ports and, per lab, what can be forgotten."""

    def __init__(  # noqa: PLR0913 (the one place where everything meets)
        self,
        *,
        store: Store,
        cluster: Cluster,
        templates: TemplateCache,
        influxdb: InfluxDB,
        connect: Connect,
        clock: Clock,
        options: Options,
        addresses: Addresses,
    ) -> None:
        self._store = store
        self._cluster = cluster
        self._templates = templates
        self._influxdb = influxdb
        self._clock = clock
        self._options = options
        self._connect = connect
        self._addresses = addresses
        self._reporter = Reporter(cluster, clock, store.lab_gone)
        self._memory: dict[LabKey, LabMemory] = {}

    async def reconcile(self, key: LabKey) -> Outcome:
        """One pass. Raises :class:`errors.OperatorError` when it should be tried again."""
        raw = self._store.lab(key)
        if raw is None or "deletionTimestamp" in raw["metadata"]:
            # Everything of a lab goes with it by owner references: nothing to do, ever.
            gone = self._memory.pop(key, None)
            if gone is not None:
                connectors.forget(gone.connectors)
            return Outcome()
        memory = self._memory.get(key)
        if memory is None or memory.uid != raw["metadata"]["uid"]:
            memory = self._memory[key] = LabMemory(uid=raw["metadata"]["uid"])
        try:
            # The API server checks the same rules by CEL; this is for clusters without.
            _accept(raw, admit(raw.get("spec"), _in_force(raw, memory), key.name), memory)
            problems = []
        except InvalidSpec as error:
            problems = error.problems
        return await self._try(raw, problems, memory)

    async def _try(
        self, raw: Mapping[str, Any], problems: list[Problem], memory: LabMemory
    ) -> Outcome:
        """A pass for the spec that is in force; what keeps it from being made is said."""
        last = StreamingLabStatus.read(raw.get("status"))
        generation = raw["metadata"].get("generation", 0)
        if memory.accepted is None:
            status = invalid(generation, problems, last)
            await self._report(raw, last, status, memory)
            return Outcome()
        try:
            return await self._pass(_lab(raw, memory), raw, last, problems, memory)
        except RenderError as error:
            # The same values will not render the next time either; but Helm may have been killed.
            why = Culprit(Reason.RENDER_FAILED, str(error))
            status = blocked(generation, why, last, final=True)
            await self._report(raw, last, status, memory)
            return Outcome(again_after=RENDER_RETRY_SECONDS)
        except ApiError as error:
            if is_refusal(error):
                why = refusal(error.message, error.what or "a call")
                status = blocked(generation, why, last, final=False)
                await self._report(raw, last, status, memory)
            raise

    async def _report(
        self,
        raw: Mapping[str, Any],
        last: StreamingLabStatus,
        status: StreamingLabStatus,
        memory: LabMemory,
    ) -> None:
        metadata = raw["metadata"]
        key = LabKey(metadata["namespace"], metadata["name"])
        await self._reporter.report(key, metadata["uid"], last, status, memory)

    async def _pass(
        self,
        lab: Lab,
        raw: Mapping[str, Any],
        last: StreamingLabStatus,
        problems: list[Problem],
        memory: LabMemory,
    ) -> Outcome:
        await self._read_credentials(lab, memory)
        view = self._observe(lab, memory)
        self._trust_what_was_applied(last, view, memory)
        desired = plan(lab, view, self._options)
        writes = await self._bring_about(lab, desired, memory)
        if await self._set_up_influxdb(lab, desired, view, memory):
            # The tokens open the next gate: go through it now, not at the next wake-up.
            view = self._observe(lab, memory)
            desired = plan(lab, view, self._options)
            writes += await self._bring_about(lab, desired, memory)
        now = self._clock.now()
        seen = list(self._store.objects(lab.key).values())
        await diagnose(self._cluster, lab.key, seen, memory, now)
        view = self._observe(lab, memory)
        tended = await self._tend(lab, last, view, memory)
        status = summarise(lab, view, desired, last, tended.connectors)
        if not writes:
            applied = applied_hash(view.objects, memory.ownership)
            status = status.model_copy(update={"applied_hash": applied})
        if problems:
            status = invalid(raw["metadata"].get("generation", 0), problems, status)
        await self._report(raw, last, status, memory)
        return Outcome(writes, min(self._next_look(lab, memory), tended.again_after))

    async def _read_credentials(self, lab: Lab, memory: LabMemory) -> None:
        now = self._clock.now()
        seen = memory.credentials
        recent = now - memory.credentials_read_at < CREDENTIALS_SECONDS
        if seen is not None and recent and needed(lab) <= seen.digests.keys():
            return
        values = await credentials.ensure(self._cluster, lab, _identity(lab), memory.known_secrets)
        self._remember(values, memory)

    def _remember(self, values: Mapping[str, str], memory: LabMemory) -> None:
        memory.known_secrets = dict(values)
        memory.credentials = credentials.view(values)
        memory.credentials_read_at = self._clock.now()

    def _observe(self, lab: Lab, memory: LabMemory) -> LabView:
        return LabView(
            objects=dict(self._store.objects(lab.key)),
            credentials=memory.credentials or CredentialsView(),
            first_in_namespace=self._store.first_in_namespace(lab.key),
            taken_hosts=self._store.taken_hosts(lab.key),
            problems=memory.all_problems(),
            epoch=int(self._clock.now() // EPOCH_SECONDS),
        )

    @staticmethod
    def _trust_what_was_applied(last: StreamingLabStatus, view: LabView, memory: LabMemory) -> None:
        """After a restart: what the last operator left as it was needs no write."""
        known = last.applied_hash
        if memory.ownership or not known or not view.objects:
            return
        if known == applied_hash(view.objects, {}):
            memory.ownership.update({k: o.ownership for k, o in view.objects.items()})

    async def _bring_about(self, lab: Lab, desired: Desired, memory: LabMemory) -> int:
        rendered = await asyncio.gather(*(self._templates.get(r) for r in desired.releases))
        wanted: list[tuple[str, Manifest]] = []
        for release, templates in zip(desired.releases, rendered, strict=True):
            sums = checksum(memory.credentials or CredentialsView(), release.secrets)
            identity = _identity(lab, release.digest, sums)
            wanted += [(release.component, m) for m in personalise(templates, identity)]
        writes = await apply_all(
            lab.key,
            wanted,
            store=self._store,
            cluster=self._cluster,
            memory=memory,
            now=self._clock.now(),
        )
        surplus = to_prune(self._store.objects(lab.key), [m for _, m in wanted], desired)
        for item in surplus:
            log.info("pruned", lab=str(lab.key), kind=item.kind, name=item.name)
            await self._cluster.delete(item, lab.key.namespace)
        return writes + len(surplus)

    async def _set_up_influxdb(
        self, lab: Lab, desired: Desired, view: LabView, memory: LabMemory
    ) -> bool:
        fingerprint = ",".join(pod.fingerprint for _, pod in view.pods("influxdb"))
        if not desired.set_up_influxdb or memory.influxdb_seen == fingerprint:
            return False
        url = self._addresses.influxdb(lab.key)
        known = memory.known_secrets
        try:
            values = await set_up(
                lab, _identity(lab), self._cluster, self._influxdb, url=url, values=known
            )
        except InfluxDBError as error:
            memory.problems["influxdb"] = Culprit(Reason.SETUP_FAILED, str(error))
            memory.recheck_at = self._clock.now() + 1.0
            return False
        memory.problems.pop("influxdb", None)
        memory.influxdb_seen = fingerprint
        before = memory.credentials
        self._remember(values, memory)
        return before != memory.credentials

    async def _tend(
        self, lab: Lab, last: StreamingLabStatus, view: LabView, memory: LabMemory
    ) -> Tended:
        """The connectors of a lab with a Connect, and when to look at them again."""
        ours = recorded(last)
        ready = any(pod.ready for _, pod in view.live_pods("connect"))
        if lab.spec.part(CONNECT.part) is None or not ready:
            return connectors.waiting(lab, memory.connectors, ours)
        reach = Reach(self._cluster, self._connect, self._addresses.connect(lab.key))
        return await connectors.tend(lab, reach, memory.connectors, ours, self._clock.now())

    def _next_look(self, lab: Lab, memory: LabMemory) -> float:
        now = self._clock.now()
        # A Secret that was deleted by hand wakes nobody: the operator may not watch Secrets.
        looks = [CREDENTIALS_LOOK_SECONDS]
        if memory.recheck_at > now:
            looks.append(memory.recheck_at - now)
        looks += [until - now for _, until in memory.not_before.values() if until > now]
        if not lab.spec.points:
            looks.append(EPOCH_SECONDS - now % EPOCH_SECONDS + 1)
        return min(looks)


def _in_force(raw: Mapping[str, Any], memory: LabMemory) -> StreamingLabSpec | None:
    """The spec that a change is held against. Of a lab that this process has not seen before only
    the number of brokers is known, from its status: it is what would lose data."""
    brokers = StreamingLabStatus.read(raw.get("status")).brokers
    if memory.accepted is not None or brokers not in (1, 3):
        return memory.accepted
    spec = parse_spec(raw.get("spec"))
    return spec.model_copy(update={"kafka": spec.kafka.model_copy(update={"brokers": brokers})})


def _accept(raw: Mapping[str, Any], spec: StreamingLabSpec, memory: LabMemory) -> None:
    if memory.accepted and memory.accepted.retain_data != spec.retain_data:
        # Whether the credentials go with the lab has changed with it.
        memory.credentials = None
    memory.accepted = spec
    memory.accepted_generation = raw["metadata"].get("generation", 0)


def _lab(raw: Mapping[str, Any], memory: LabMemory) -> Lab:
    if memory.accepted is None:
        raise AssertionError("no spec was accepted yet")
    metadata = raw["metadata"]
    key = LabKey(metadata["namespace"], metadata["name"])
    return Lab(key, metadata["uid"], memory.accepted_generation, effective(memory.accepted))


def _identity(lab: Lab, digest: str = "", credentials_sum: str = "") -> Identity:
    return Identity(
        lab=lab.key.name,
        namespace=lab.key.namespace,
        uid=lab.uid,
        cluster_id=names.cluster_id(lab.key),
        digest=digest,
        credentials=credentials_sum,
    )
