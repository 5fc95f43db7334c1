"""A cluster's objects, by the official Kubernetes client.

Its dynamic client serves every kind alike, our own too, and hands objects over as they are on the
wire; the typed models would drop what they do not know.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import urllib3
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.config.config_exception import ConfigException
from kubernetes.dynamic import DynamicClient, Resource
from kubernetes.dynamic.exceptions import DynamicApiError, NotFoundError, ResourceNotFoundError

from tools.shell.errors import ToolError

Json = dict[str, Any]
Kind = str | tuple[str, str]
"""A word of :data:`WORDS`, or apiVersion and kind."""

SECONDS = 20.0
"""For one request."""
READY_SECONDS = 3.0
PATIENCE = urllib3.Retry(10, connect=0, read=0, redirect=0, other=0, allowed_methods=None)
"""Only what the server asks to be tried again (429 or 503 with Retry-After, as for a kind that it
has just learnt) is tried again, up to ten times, as kubectl does."""

KINDS = {
    "v1": ("Node", "Pod", "Service", "Secret", "ConfigMap", "Namespace", "Event"),
    "apps/v1": ("Deployment", "StatefulSet"),
    "batch/v1": ("Job",),
    "networking.k8s.io/v1": ("Ingress",),
    "storage.k8s.io/v1": ("StorageClass",),
    "apiextensions.k8s.io/v1": ("CustomResourceDefinition",),
}
"""Kinds that have a word: their name in lower case, in the singular or the plural."""


def _plural(word: str) -> str:
    return f"{word}es" if word.endswith("s") else f"{word}s"


WORDS: dict[str, tuple[str, str]] = {
    word: (version, kind)
    for version, kinds in KINDS.items()
    for kind in kinds
    for word in (kind.lower(), _plural(kind.lower()))
}


class Api:
    """The objects of one cluster. A refused request raises ToolError with the server's words."""

    def __init__(self, connection: client.ApiClient) -> None:
        self._connection = connection
        self._found: DynamicClient | None = None

    @classmethod
    def of(cls, kubeconfig: Path) -> Api:
        """The cluster of a kubeconfig's current context; asks it nothing yet."""
        settings = client.Configuration()
        settings.retries = PATIENCE
        try:
            return cls(
                config.new_client_from_config(str(kubeconfig), client_configuration=settings)
            )
        except ConfigException as error:
            raise ToolError(f"the kubeconfig {kubeconfig} cannot be used: {error}") from error

    def answers(self) -> bool:
        """Whether the API server says that it is ready; asks for 3 seconds at most."""
        return self._raw("/readyz", READY_SECONDS) == (HTTPStatus.OK, "ok")

    def serves(self, version: str, kind: str) -> bool:
        """Whether the cluster knows a kind."""
        return bool(self._client().resources.search(api_version=version, kind=kind))

    def get(self, kind: Kind, name: str, namespace: str | None = None) -> Json | None:
        """One object; None when it is not there."""
        try:
            resource = self._resource(*_known(kind))
            return self._ask(resource.get, name=name, namespace=namespace)
        except NotFound:
            return None

    def items(self, kind: Kind, namespace: str | None = None, labels: str = "") -> list[Json]:
        """All objects of a kind (in a namespace) with these labels (a selector)."""
        resource = self._resource(*_known(kind))
        found = self._ask(resource.get, namespace=namespace, label_selector=labels or None)
        return list(found["items"])

    def apply(self, document: Json, namespace: str | None = None, *, manager: str) -> Json:
        """Server-side apply (KEP-555), conflicts forced: what is in the document is ours.

        `namespace` is for a document that names none.
        """
        resource = self._resource(document["apiVersion"], document["kind"])
        where = document["metadata"].get("namespace") or namespace
        return self._ask(
            resource.server_side_apply, body=document, field_manager=manager, force_conflicts=True,
            namespace=where if resource.namespaced else None,
        )  # fmt: skip

    def create(self, document: Json, namespace: str | None = None) -> Json:
        """Make one object."""
        resource = self._resource(document["apiVersion"], document["kind"])
        return self._ask(resource.create, body=document, namespace=namespace)

    def delete(
        self, kind: Kind, name: str, namespace: str | None = None, *, grace: int | None = None
    ) -> bool:
        """Delete an object (`grace`: seconds, 0 for at once) and do not wait; was it there?"""
        resource = self._resource(*_known(kind))
        try:
            self._ask(resource.delete, name=name, namespace=namespace, grace_period_seconds=grace)
        except NotFound:
            return False
        return True

    def logs(self, pod: str, namespace: str, lines: int) -> str:
        """The last lines of a pod's first container; empty when there are none to be had."""
        found = self.get("pod", pod, namespace)
        if found is None:
            return ""
        container = found["spec"]["containers"][0]["name"]
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}/log"
        query = [("tailLines", lines), ("container", container)]
        _, said = self._raw(path, SECONDS, query)
        return said

    def _raw(
        self, path: str, seconds: float, query: Iterable[tuple[str, str | int]] = ()
    ) -> tuple[int, str]:
        """Status and text of an answer that is no object; (0, "") when there is no answer."""
        request = self._connection.param_serialize(
            "GET", path, query_params=list(query), auth_settings=["BearerToken"]
        )
        try:
            answer = self._connection.call_api(*request, _request_timeout=seconds)
            return answer.status, answer.read().decode(errors="replace")
        except (urllib3.exceptions.HTTPError, OSError, ApiException):
            return 0, ""

    def _resource(self, version: str, kind: str) -> Resource:
        """A kind as the server serves it; a kind that is new to us is looked for anew."""
        with _in_plain_words():
            found: Resource = self._client().resources.get(api_version=version, kind=kind)
        return found

    def _client(self) -> DynamicClient:
        if self._found is None:
            # Unless it gets a file of its own, discovery is kept in a shared one in /tmp by the
            # server's address, which the next cluster on this machine has too.
            with tempfile.TemporaryDirectory() as scratch:
                self._found = DynamicClient(self._connection, cache_file=f"{scratch}/discovery")
        return self._found

    def _ask(self, verb: Callable[..., Any], **arguments: Any) -> Json:
        with _in_plain_words():
            answer: Json = verb(_request_timeout=SECONDS, **arguments).to_dict()
        return answer


@contextmanager
def _in_plain_words() -> Iterator[None]:
    try:
        yield
    except ResourceNotFoundError as error:
        raise ToolError(f"the cluster does not serve this kind: {error}") from error
    except NotFoundError as error:
        raise NotFound(error.summary()) from error
    except DynamicApiError as error:
        said = f"{error.status}: {error.summary() or error.reason}"
        raise ToolError(f"the API server refuses: {said}") from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise ToolError(f"the API server does not answer: {error}") from error


class NotFound(ToolError):
    """An object is not there."""


def _known(word: Kind) -> tuple[str, str]:
    if isinstance(word, tuple):
        return word
    try:
        return WORDS[word]
    except KeyError:
        raise ToolError(f"`{word}` is no kind that is known here", "add it to KINDS") from None


def condition(item: Json, name: str) -> Json:
    """One condition of an object; empty when it has none of this type."""
    found: Iterable[Json] = item.get("status", {}).get("conditions") or []
    return next((c for c in found if c["type"] == name), {})


def is_true(item: Json, name: str) -> bool:
    """Whether a condition of this type is True."""
    return condition(item, name).get("status") == "True"
