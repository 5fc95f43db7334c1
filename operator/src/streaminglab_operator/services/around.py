"""The lab around a service, with the table of all services and programs that there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.services import images
from streaminglab_operator.services.base import Entry, Program, Service, found
from streaminglab_operator.services.context import LAB, ServiceContext, secret


@dataclass(frozen=True, slots=True, kw_only=True)
class TableContext(ServiceContext):
    """What a declaration asks of the other ones. ``table``: every service and program there is."""

    table: tuple[Entry, ...]

    @property
    def defaulted(self) -> frozenset[str]:
        return frozenset(images.own(self.table)) - frozenset(images.unnamed(self.table))

    def exposes(self, component: str) -> bool:
        service = found(self._all(), component)
        page, named = service.page, service.part.field in self.named_hosts
        return self.has_pages and page is not None and page.exposed(named=named)

    def address_of(self, component: str) -> str:
        if component not in self.wanted:
            return ""
        return found(self._all(), component).address(names.release(LAB, component))

    def host_names(self) -> Iterator[str]:
        for service in self._all():
            yield names.release(LAB, service.component)
            if service.alias:
                yield service.alias

    def clients_of(self, component: str) -> tuple[str, ...]:
        by_server = found(self._all(), component).reached_by
        return tuple(
            entry.component
            for entry in self.table
            if entry.component in by_server or any(edge.to == component for edge in entry.reaches)
        )

    def clients_at(self, component: str, port: str) -> tuple[str, ...]:
        edge = component, port
        return tuple(
            s.component for s in self._here() if edge in ((e.to, e.port) for e in s.reaches)
        )

    def servers_of(self, component: str) -> tuple[tuple[str, int], ...]:
        entry = next(entry for entry in self.table if entry.component == component)
        own = tuple(
            (edge.to, found(self._all(), edge.to).listens_on(edge.port))
            for edge in entry.reaches
            if edge.when(self)
        )
        return own + tuple(
            (other.component, other.listens_on())
            for other in self._all()
            if component in other.reached_by
        )

    def offered(self) -> tuple[str, ...]:
        return tuple(sorted(key for service in self._here() for key in service.offers))

    def logins(self, besides: str) -> Iterator[str]:
        for service in self._here():
            if service.component == besides or not service.drawn_when(self):
                continue
            yield from service.logins
            yield from service.secret_env.values()

    def drop_folder(self) -> tuple[str, str] | None:
        folders = ((s.component, s.drop_folder) for s in self._here() if s.drop_folder)
        return next(folders, None)

    def environment(self) -> dict[str, str]:
        reported: dict[str, str] = {}
        for service in self._here():
            if service.env is not None:
                reported |= service.env(self.parts[service.part.field], self)
        return reported

    def secret_environment(self) -> list[dict[str, str]]:
        return [
            {"name": name, **secret(key, word="secret")}
            for service in self._here()
            for name, key in service.secret_env.items()
        ]

    def _here(self) -> Iterator[Service[Any]]:
        """The services that this lab has, in the order of the table."""
        return (s for s in self._all() if s.component in self.wanted)

    def _all(self) -> Iterator[Service[Any]]:
        """The services that a lab may have."""
        return (entry for entry in self.table if not isinstance(entry, Program))
