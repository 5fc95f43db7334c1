"""One namespace of a cluster, by the official client. Errors come out as sentences."""

from __future__ import annotations

import base64
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import urllib3
from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.config.config_exception import ConfigException

from streaminglab_cli.errors import Conflict, NoCluster, NotThere, SlabError
from streaminglab_cli.lab import GROUP, LAB_LABEL, PART_LABEL, PLURAL, VERSION, Json, Lab
from streaminglab_cli.refusals import refusal

SECONDS = 20.0
"""For one request."""
WATCH_SECONDS = 240
"""After that a watch is begun anew: proxies on the way end connections that are silent for long."""
TRIES = 10
"""Of a change that meets writes of the status."""
MANAGER = "kubectl-slab"
ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
WHERE = (GROUP, VERSION)


class Cluster:
    """``namespace``: where everything is looked for."""

    def __init__(self, connection: client.ApiClient, namespace: str) -> None:
        self.namespace = namespace
        self._labs = client.CustomObjectsApi(connection)
        self._core = client.CoreV1Api(connection)
        self._batch = client.BatchV1Api(connection)

    @classmethod
    def of(cls, context: str | None, namespace: str | None) -> Cluster:
        """The cluster that kubectl would use: the kubeconfig's, or inside a pod its own."""
        try:
            connection, its_own = _connect(context)
        except (ConfigException, OSError) as error:
            raise NoCluster(
                f"no cluster: {error}",
                "set KUBECONFIG to the file that you were given, or name a context of it by "
                "--context (`kubectl config get-contexts`)",
            ) from error
        return cls(connection, namespace or its_own or "default")

    def labs(self, *, everywhere: bool = False) -> list[Lab]:
        """All labs of the namespace, or of the cluster."""
        with in_plain_words():
            found: Any = (
                self._labs.list_custom_object_for_all_namespaces(
                    *WHERE, PLURAL, _request_timeout=SECONDS
                )
                if everywhere
                else self._labs.list_namespaced_custom_object(
                    *WHERE, self.namespace, PLURAL, _request_timeout=SECONDS
                )
            )
        return [Lab(item) for item in found["items"]]

    def lab(self, name: str) -> Lab:
        """One lab; NotThere without it."""
        with in_plain_words():
            found = self._labs.get_namespaced_custom_object(
                *WHERE, self.namespace, PLURAL, name, _request_timeout=SECONDS
            )
        return Lab(cast(Json, found))

    def patch(self, lab: Lab, spec: Json) -> Lab:
        """Change fields of a lab's spec (JSON merge patch, RFC 7396); refused if its spec was
        changed since `lab` was read. A status that was written meanwhile is none of that: in a lab
        that comes up it is written again and again."""
        for _ in range(TRIES):
            try:
                return self._patch(lab, spec)
            except Conflict:
                now = self.lab(lab.name)
                if _identity(now) != _identity(lab):
                    raise
                lab = now
        return self._patch(lab, spec)

    def _patch(self, lab: Lab, spec: Json) -> Lab:
        version = lab.raw["metadata"]["resourceVersion"]
        with in_plain_words():
            found = self._labs.patch_namespaced_custom_object(
                *WHERE,
                self.namespace,
                PLURAL,
                lab.name,
                {"metadata": {"resourceVersion": version}, "spec": spec},
                field_manager=MANAGER,
                field_validation="Strict",
                _request_timeout=SECONDS,
            )
        return Lab(cast(Json, found))

    def create(self, body: Json) -> Lab:
        """Make a lab."""
        with in_plain_words():
            found = self._labs.create_namespaced_custom_object(
                *WHERE,
                self.namespace,
                PLURAL,
                body,
                field_manager=MANAGER,
                _request_timeout=SECONDS,
            )
        return Lab(cast(Json, found))

    def delete(self, lab: Lab) -> None:
        """Delete this very lab, and not one of its name that was made since."""
        same = client.V1Preconditions(uid=lab.raw["metadata"]["uid"])
        with in_plain_words():
            self._labs.delete_namespaced_custom_object(
                *WHERE,
                self.namespace,
                PLURAL,
                lab.name,
                _request_timeout=SECONDS,
                body=client.V1DeleteOptions(preconditions=same),
            )

    def follow(self, name: str, seconds: float | None = None) -> Iterator[Lab]:
        """The lab as it is now, and again whenever it changes; NotThere when it is deleted. For so
        many seconds, or for ever."""
        end = math.inf if seconds is None else time.monotonic() + seconds
        while (left := math.ceil(min(WATCH_SECONDS, end - time.monotonic()))) > 0:
            events = watch.Watch().stream(
                self._labs.list_namespaced_custom_object,
                *WHERE,
                self.namespace,
                PLURAL,
                field_selector=f"metadata.name={name}",
                timeout_seconds=left,
                _request_timeout=(SECONDS, left + SECONDS),
            )
            with in_plain_words():
                for event in events:
                    if event["type"] == "DELETED":
                        raise NotThere(f"the lab {name} was deleted")
                    yield Lab(event["raw_object"])

    def secret(self, name: str) -> dict[str, str]:
        """The values of a Secret. Asked for by `password`, `env` and `open` alone."""
        with in_plain_words():
            found = self._core.read_namespaced_secret(
                name, self.namespace, _request_timeout=SECONDS
            )
        return {key: base64.b64decode(value).decode() for key, value in (found.data or {}).items()}

    def pods(self, lab: str, part: str) -> list[str]:
        """The pods of a part that answer, by name; those that do not, at the end."""
        with in_plain_words():
            found = self._core.list_namespaced_pod(
                self.namespace, label_selector=_of(lab, part), _request_timeout=SECONDS
            )
        ready = {_name(pod.metadata): _answers(pod) for pod in found.items}
        return sorted(ready, key=lambda name: (not ready[name], name))

    def restart(self, lab: str, part: str) -> None:
        """Delete the pods of a part; what runs it makes new ones."""
        with in_plain_words():
            self._core.delete_collection_namespaced_pod(
                self.namespace, label_selector=_of(lab, part), _request_timeout=SECONDS
            )

    def rerun(self, lab: str, part: str) -> None:
        """Delete the Job of a part; the operator makes it again."""
        with in_plain_words():
            self._batch.delete_collection_namespaced_job(
                self.namespace,
                label_selector=_of(lab, part),
                propagation_policy="Background",
                _request_timeout=SECONDS,
            )

    def claims(self, lab: str, part: str) -> list[str]:
        """The volume claims of a part, by name."""
        with in_plain_words():
            found = self._core.list_namespaced_persistent_volume_claim(
                self.namespace, label_selector=_of(lab, part), _request_timeout=SECONDS
            )
        return sorted(_name(claim.metadata) for claim in found.items)

    def empty(self, claims: list[str]) -> None:
        """Delete volume claims; each goes when no pod uses it any more."""
        with in_plain_words():
            for name in claims:
                self._core.delete_namespaced_persistent_volume_claim(
                    name, self.namespace, _request_timeout=SECONDS
                )


def _of(lab: str, part: str) -> str:
    return f"{LAB_LABEL}={lab},{PART_LABEL}={part}"


def _name(metadata: client.V1ObjectMeta | None) -> str:
    return (metadata and metadata.name) or ""


def _answers(pod: client.V1Pod) -> bool:
    conditions = (pod.status and pod.status.conditions) or []
    return any(c.type == "Ready" and c.status == "True" for c in conditions)


def _connect(context: str | None) -> tuple[client.ApiClient, str]:
    """A connection, and the namespace that it is for; kubectl looks in the same order."""
    # Who writes insecure-skip-tls-verify into a kubeconfig knows it; kubectl does not warn either.
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    files = os.environ.get("KUBECONFIG") or "~/.kube/config"
    here = any(Path(name).expanduser().exists() for name in files.split(os.pathsep) if name)
    if not here and not context and (ACCOUNT / "token").exists():
        settings = client.Configuration()
        config.load_incluster_config(client_configuration=settings)
        return client.ApiClient(settings), (ACCOUNT / "namespace").read_text().strip()
    contexts, current = config.list_kube_config_contexts(files)
    chosen = next((c for c in contexts if c["name"] == context), None) if context else current
    if chosen is None:
        raise ConfigException(f"the kubeconfig has no context {context}")
    connection = config.new_client_from_config(files, chosen["name"])
    return connection, str(chosen["context"].get("namespace") or "")


def _identity(lab: Lab) -> tuple[object, object]:
    """Which lab it is, and which spec it has."""
    metadata = lab.raw["metadata"]
    return metadata.get("uid"), metadata.get("generation")


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Errors of the client as sentences."""
    try:
        yield
    except ApiException as error:
        raise refusal(
            HTTPStatus(error.status or 500), str(error.body or ""), error.reason
        ) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise NoCluster(
            "the cluster does not answer",
            f"look at the network and at `kubectl cluster-info` ({_innermost(error)})",
        ) from error
    except UnicodeDecodeError as error:
        raise SlabError("a value of the Secret is no text", "look at it by kubectl") from error


def _innermost(error: BaseException) -> str:
    reason = getattr(error, "reason", None)
    return _innermost(reason) if isinstance(reason, BaseException) else str(error)
