"""The reconciler: observe, plan, render, apply, prune, set up, summarise."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from streaminglab_operator import names
from streaminglab_operator.api import InvalidSpec, StreamingLabSpec, admit, effective
from streaminglab_operator.errors import InfluxDBError
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import CredentialsView, Culprit, LabView
from streaminglab_operator.plan import Desired, Lab, Options, plan
from streaminglab_operator.ports import Clock, Cluster, InfluxDB
from streaminglab_operator.reconcile import credentials
from streaminglab_operator.reconcile.applying import applied_hash, apply_all, to_prune
from streaminglab_operator.reconcile.diagnosing import RECHECK_SECONDS, diagnose
from streaminglab_operator.reconcile.influxdb import set_up
from streaminglab_operator.reconcile.memory import LabMemory
from streaminglab_operator.reconcile.reporting import Reporter
from streaminglab_operator.reconcile.templates import TemplateCache
from streaminglab_operator.render import Identity, Manifest, personalise
from streaminglab_operator.status import invalid, summarise
from streaminglab_operator.store import Store

log = structlog.get_logger()

EPOCH_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pass did: objects written or deleted, and in how many seconds to look again."""

    writes: int = 0
    again_after: float | None = None


class Reconciler:
    """Holds the ports and, per lab, what can be forgotten."""

    def __init__(  # noqa: PLR0913 (the one place where everything meets)
        self,
        *,
        store: Store,
        cluster: Cluster,
        templates: TemplateCache,
        influxdb: InfluxDB,
        clock: Clock,
        options: Options,
        influxdb_url: str,
    ) -> None:
        self._store = store
        self._cluster = cluster
        self._templates = templates
        self._influxdb = influxdb
        self._clock = clock
        self._options = options
        self._influxdb_url = influxdb_url
        self._reporter = Reporter(cluster, clock)
        self._memory: dict[LabKey, LabMemory] = {}

    async def reconcile(self, key: LabKey) -> Outcome:
        """One pass. Raises :class:`errors.OperatorError` when it should be tried again."""
        raw = self._store.lab(key)
        if raw is None or "deletionTimestamp" in raw["metadata"]:
            # Everything of a lab goes with it by owner references: nothing to do, ever.
            self._memory.pop(key, None)
            return Outcome()
        memory = self._memory.setdefault(key, LabMemory())
        try:
            # The API server checks the same rules by CEL; this is for clusters without.
            spec = admit(raw.get("spec"), memory.accepted, key.name)
        except InvalidSpec as error:
            await self._reporter.report(raw, invalid(raw, error.problems), memory)
            return Outcome()
        memory.accepted = spec
        return await self._pass(_lab(key, raw, spec), raw, memory)

    async def _pass(self, lab: Lab, raw: Mapping[str, Any], memory: LabMemory) -> Outcome:
        await self._read_credentials(lab, memory)
        view = self._observe(lab, memory)
        self._trust_what_was_applied(raw, view, memory)
        desired = plan(lab, view, self._options)
        writes = await self._bring_about(lab, desired, memory)
        if await self._set_up_influxdb(lab, desired, view, memory):
            # The tokens open the next gate: go through it now, not at the next wake-up.
            view = self._observe(lab, memory)
            desired = plan(lab, view, self._options)
            writes += await self._bring_about(lab, desired, memory)
        await diagnose(
            self._cluster,
            lab.key,
            self._store.objects(lab.key).values(),
            memory,
            self._clock.now(),
        )
        view = self._observe(lab, memory)
        status = summarise(lab, view, desired, raw.get("status", {}))
        if not writes:
            status["appliedHash"] = applied_hash(view.objects.values())
        await self._reporter.report(raw, status, memory)
        return Outcome(writes, self._next_look(lab, memory))

    async def _read_credentials(self, lab: Lab, memory: LabMemory) -> None:
        if memory.credentials is None:
            identity = _identity(lab, memory.credentials)
            values = await credentials.ensure(self._cluster, lab, identity)
            memory.credentials = credentials.view(values)

    def _observe(self, lab: Lab, memory: LabMemory) -> LabView:
        return LabView(
            objects=dict(self._store.objects(lab.key)),
            credentials=memory.credentials or CredentialsView(),
            first_in_namespace=self._store.first_in_namespace(lab.key),
            problems=dict(memory.problems),
            epoch=int(self._clock.now() // EPOCH_SECONDS),
        )

    @staticmethod
    def _trust_what_was_applied(raw: Mapping[str, Any], view: LabView, memory: LabMemory) -> None:
        """After a restart: what the last operator left as it was needs no write."""
        known = raw.get("status", {}).get("appliedHash")
        if memory.ownership or not known or not view.objects:
            return
        if known == applied_hash(view.objects.values()):
            memory.ownership.update({k: o.ownership for k, o in view.objects.items()})

    async def _bring_about(self, lab: Lab, desired: Desired, memory: LabMemory) -> int:
        rendered = await asyncio.gather(*(self._templates.get(r) for r in desired.releases))
        wanted: list[tuple[str, Manifest]] = []
        for release, templates in zip(desired.releases, rendered, strict=True):
            identity = _identity(lab, memory.credentials, release.digest)
            wanted += [(release.component, m) for m in personalise(templates, identity)]
        writes = await apply_all(wanted, lab.key, self._store, self._cluster, memory)
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
        url = self._influxdb_url.format(lab=lab.key.name, namespace=lab.key.namespace)
        identity = _identity(lab, memory.credentials)
        try:
            values = await set_up(lab, identity, self._cluster, self._influxdb, url)
        except InfluxDBError as error:
            memory.problems["influxdb"] = Culprit("SetupFailed", str(error))
            memory.recheck_at = self._clock.now() + 1.0
            return False
        memory.problems.pop("influxdb", None)
        memory.influxdb_seen = fingerprint
        before, memory.credentials = memory.credentials, credentials.view(values)
        return before != memory.credentials

    def _next_look(self, lab: Lab, memory: LabMemory) -> float | None:
        now = self._clock.now()
        looks = []
        if memory.recheck_at > now:
            looks.append(memory.recheck_at - now)
        if memory.problems:
            looks.append(RECHECK_SECONDS)
        if not lab.spec.points:
            looks.append(EPOCH_SECONDS - now % EPOCH_SECONDS + 1)
        return min(looks) if looks else None


def _lab(key: LabKey, raw: Mapping[str, Any], spec: StreamingLabSpec) -> Lab:
    metadata = raw["metadata"]
    return Lab(key, metadata["uid"], metadata.get("generation", 0), effective(spec))


def _identity(lab: Lab, view: CredentialsView | None, digest: str = "") -> Identity:
    return Identity(
        lab=lab.key.name,
        namespace=lab.key.namespace,
        uid=lab.uid,
        cluster_id=names.cluster_id(lab.key),
        digest=digest,
        credentials=view.checksum if view else "",
    )
