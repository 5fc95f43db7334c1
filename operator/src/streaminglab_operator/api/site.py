"""What the administrator's word means for the spec of a lab: filled in, or refused. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from streaminglab_operator.api.effective import brokers_of
from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.api.validate import InvalidSpec, Problem, parse_spec, validate_spec
from streaminglab_operator.schema import units
from streaminglab_operator.schema.formats import (
    CPU,
    MEMORY,
    STORAGE,
    STORAGE_CLASS,
    misfits,
    places,
)
from streaminglab_operator.schema.parts import ResourceSpec
from streaminglab_operator.schema.paths import values_at
from streaminglab_operator.schema.pods import PodsSpec
from streaminglab_operator.schema.site import Site
from streaminglab_operator.services import TABLE
from streaminglab_operator.services.jupyter import ACCOUNT, JUPYTER
from streaminglab_operator.services.size import PROFILES, in_bytes, millicores

NOTHING = Site()
PROFILE, DOMAIN = "spec.profile", "spec.access.ingress.domain"


@dataclass(frozen=True, slots=True)
class Sizes:
    """A profile: the built-in one that it begins with, and other sizes by component."""

    base: str
    other: dict[str, ResourceSpec]


def sizes_of(profile: str, site: Site) -> Sizes:
    """What a profile stands for. It must be one of those that there are."""
    found = site.profiles.get(profile)
    if found is None:
        return Sizes(profile, {})
    of_key = {entry.part.key: entry.component for entry in TABLE}
    return Sizes(found.base, {of_key[key]: size for key, size in found.sizes.items()})


def filled(spec: StreamingLabSpec, site: Site) -> StreamingLabSpec:
    """The spec with what the site says where it says nothing of its pages."""
    ingress, usual = spec.access.ingress, site.ingress
    if ingress is None:
        return spec
    more = {
        "class_name": ingress.class_name or usual.class_name,
        "domain": ingress.domain or usual.domain,
        "tls": usual.tls if ingress.tls is None else ingress.tls,
    }
    access = spec.access.model_copy(update={"ingress": ingress.model_copy(update=more)})
    return spec.model_copy(update={"access": access})


def lacking(spec: StreamingLabSpec, site: Site) -> list[Problem]:
    """What the spec counts on and the site has not: no lab can be made of it."""
    found = []
    known = (*PROFILES, *site.profiles)
    if spec.profile not in known:
        there = ", ".join(known)
        found.append(Problem(PROFILE, f"there is no profile {spec.profile} here: write one of "
                             f"{there}", "site-profile"))  # fmt: skip
    ingress = spec.access.ingress
    if ingress is not None and not (ingress.domain or site.ingress.domain):
        words = "write the domain of the pages: this installation has none of its own"
        found.append(Problem(DOMAIN, words, "site-domain"))
    return found


def not_lent(spec: StreamingLabSpec, account: str) -> list[Problem]:
    """``account``: a ServiceAccount of the lab's namespace that no lab may have, the operator's
    own; empty: there is none."""
    jupyter = spec.part(JUPYTER.part)
    if not account or jupyter is None or jupyter.service_account_name != account:
        return []
    words = f"{account} is the operator's own account: name one that was made for people"
    return [Problem(ACCOUNT, words, "site-account")]


def refused(spec: StreamingLabSpec, site: Site) -> list[Problem]:
    """What the site does not let labs ask for. What a lab has of it already it may keep."""
    if site == NOTHING:
        return []
    raw = {"spec": spec.to_dict()}
    return [*_not_allowed(spec, raw, site), *_too_much(spec, raw, site)]


def _not_allowed(spec: StreamingLabSpec, raw: dict[str, Any], site: Site) -> Iterator[Problem]:
    classes = site.storage.allowed
    for path, name in _values(raw, STORAGE_CLASS.id):
        if classes and name not in classes:
            yield _none_of(path, name, "storage classes", classes)
    ingress, said = spec.access.ingress, site.ingress
    if ingress is None:
        return
    own, names = ingress.class_name, said.allowed_class_names
    if own and names and own not in names:
        yield _none_of("spec.access.ingress.className", own, "ingress classes", names)
    domain, domains = ingress.domain, said.allowed_domains
    if domain and domains and not f".{domain}".endswith(tuple(f".{d}" for d in domains)):
        yield _none_of(DOMAIN, domain, "domains", domains)


def _none_of(path: str, name: str, what: str, allowed: list[str]) -> Problem:
    words = f"{name} is none of the {what} that labs may have here: {', '.join(allowed)}"
    return Problem(path, words, "site-allowed")


def _too_much(spec: StreamingLabSpec, raw: dict[str, Any], site: Site) -> Iterator[Problem]:
    most = site.maximum
    kinds: tuple[tuple[str | None, tuple[str, ...], Callable[[str], int]], ...] = (
        (most.cpu, (CPU.id,), millicores),
        (most.memory, (MEMORY.id, "broker-memory-format"), in_bytes),
        (most.storage, (STORAGE.id,), in_bytes),
    )
    for limit, formats, amount in kinds:
        for path, said in _values(raw, *formats) if limit else ():
            if limit and amount(said) > amount(limit):
                words = f"{said} is more than a lab may ask for here: {limit} at most"
                yield Problem(path, words, "site-maximum")
    brokers = brokers_of(spec)
    if most.brokers is not None and brokers > most.brokers:
        path = "spec.kafka.brokers" if spec.kafka.brokers is not None else PROFILE
        words = f"{brokers} brokers are more than a lab may have here: {most.brokers} at most"
        yield Problem(path, words, "site-maximum")


_PLACES = tuple((format_.id, place) for format_, place in places(StreamingLabSpec, "spec"))


def _values(raw: dict[str, Any], *formats: str) -> Iterator[tuple[str, str]]:
    """Every value of the spec of these formats, with its path."""
    known: set[str] = set()
    for format_, place in _PLACES:
        for path, value in values_at(raw, place) if format_ in formats else ():
            if path not in known:
                known.add(path)
                yield path, value


def misplaced(pods: PodsSpec) -> Iterator[tuple[str, str]]:
    """What no pod could be placed by of what the administrator says for all of them, by the rules
    of a lab's own word. The labels and annotations of the site are its own matter."""
    for problem in validate_spec(parse_spec({"pods": pods.to_dict()})):
        if problem.field.startswith(("spec.pods.tolerations", "spec.pods.affinity")):
            yield f"labPods{problem.field.removeprefix('spec.pods')}", problem.message


def faults(site: Site) -> Iterator[tuple[str, str]]:
    """What is wrong with the administrator's own words: where, and what to write instead."""
    yield from misfits(site, "site")
    for name, profile in site.profiles.items():
        at = f"site.profiles.{name}"
        if name in PROFILES or not units.fits(units.DNS_LABEL, name):
            yield at, "write a name of its own, of small letters, digits and '-'"
        yield from ((f"{at}.{path}", words) for path, words in _size_faults(profile.sizes))
    scratch = site.pods.ephemeral_storage
    if scratch.request and scratch.limit and in_bytes(scratch.request) > in_bytes(scratch.limit):
        yield "site.pods.ephemeralStorage", "the limit must not be less than the request"


def _size_faults(sizes: dict[str, ResourceSpec]) -> Iterator[tuple[str, str]]:
    """By the rules for labs, with each size written into the spec of one."""
    keys = {entry.part.key for entry in TABLE}
    for key in sorted(set(sizes) - keys):
        yield f"sizes.{key}", f"there is no such part: write one of {', '.join(sorted(keys))}"
    parts = {key: {"resources": size.to_dict()} for key, size in sizes.items() if key in keys}
    for key, part in parts.items():
        try:
            problems = validate_spec(parse_spec({key: part}))
        except InvalidSpec as error:
            problems = error.problems
        for problem in problems:
            here = f"spec.{key}.resources"
            if problem.field.startswith(here):
                yield f"sizes.{key}{problem.field.removeprefix(here)}", problem.message
