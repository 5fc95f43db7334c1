"""Kafka Connect: workers, plugins and connectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.services import jobs, kafka
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.chart import chosen_image, storage
from streaminglab_operator.services.connect_rules import CONNECT_RULES
from streaminglab_operator.services.connect_spec import ConnectSpec, PluginSpec
from streaminglab_operator.services.context import LAB, ServiceContext
from streaminglab_operator.services.images import NO_IMAGE
from streaminglab_operator.services.pieces import Page, Part
from streaminglab_operator.services.references import LAB as OWN_SECRET
from streaminglab_operator.services.references import secret_references
from streaminglab_operator.services.size import Size, every_profile

IMAGE = "kafka-connect"
PLUGINS_IMAGE = "connect-plugins"
SIZES = every_profile(Size("50m", "2", "896Mi", "384m"))


def _values(part: ConnectSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "replicas": part.replicas,
        "internalReplicationFactor": ctx.brokers,
        "kafka": kafka.servers(),
        "converters": {"schemasEnable": part.schemas_in_json},
        "schemaRegistry": {"url": ctx.address_of("schema-registry")},
        "overridePolicy": part.override_policy,
        "config": dict(part.config),
        "heap": ctx.size("connect", SIZES, part).heap,
        "plugins": [_plugin(p) for p in part.plugins if not p.bundled],
        "mavenRepository": part.maven_repository or ctx.maven_repository,
        "bundledPlugins": sorted({p.bundled for p in part.plugins if p.bundled}),
        "storage": storage(part, ctx, retain=False),
        "secrets": mounted_secrets(part),
        "labSecret": {"name": names.credentials(LAB), "keys": list(ctx.offered())},
        "externalEgress": part.external_egress,
        **_images(ctx),
        **_drop_folder(ctx),
    }


def _images(ctx: ServiceContext) -> dict[str, Any]:
    values = {}
    if fetcher := chosen_image(ctx, jobs.IMAGE):
        values["fetcher"] = {"image": fetcher}
    if ctx.images.get(PLUGINS_IMAGE) != NO_IMAGE and (own := chosen_image(ctx, PLUGINS_IMAGE)):
        values["bundled"] = {"image": own}
    return values


def _asks_images(part: ConnectSpec) -> tuple[str, ...]:
    bundled = (PLUGINS_IMAGE,) if any(p.bundled for p in part.plugins) else ()
    fetched = (jobs.IMAGE,) if any(not p.bundled for p in part.plugins) else ()
    return (*bundled, *fetched)


def _drop_folder(ctx: ServiceContext) -> dict[str, Any]:
    found = ctx.drop_folder()
    if found is None:
        return {}
    component, volume = found
    claim = f"{volume}-{names.release(LAB, component)}-0"
    return {"dropFolder": {"claimName": claim, "podLabels": names.pod_labels(LAB, component)}}


def _plugin(plugin: PluginSpec) -> dict[str, str]:
    found = {
        "name": plugin.name,
        "maven": plugin.maven,
        "url": plugin.url,
        "image": plugin.image,
        "sha512": plugin.sha512,
    }
    return {key: text for key, text in found.items() if text}


def mounted_secrets(part: ConnectSpec) -> list[str]:
    """The Secrets that workers can read: those listed, and those that connectors refer to."""
    referred = {name for c in part.connectors for name, _ in secret_references(c.config)}
    return sorted((set(part.secrets) | referred) - {OWN_SECRET})


def _env(_: ConnectSpec, ctx: ServiceContext) -> Mapping[str, str]:
    return {"CONNECT_URL": ctx.address_of("connect")}


CONNECT = Service(
    component="connect",
    part=Part(
        "connect",
        ConnectSpec,
        "Kafka Connect, its plugins and connectors. Unset: none. Example: {}",
    ),
    title="Connect",
    meaning="The workers of Kafka Connect answer.",
    chart="kafka-connect",
    kind="StatefulSet",
    values=_values,
    sizes=SIZES,
    images=(IMAGE,),
    more_images=(PLUGINS_IMAGE,),
    asks_images=_asks_images,
    own_images=(PLUGINS_IMAGE,),
    needs=("kafka",),
    port=8083,
    scheme="http",
    alias="kafka-connect",
    page=Page(
        "Host name of Kafka Connect, which is not exposed without: it has no login. "
        "Example: connect.example.org",
        login=False,
    ),
    outside="Connect from other machines; it has no login: "
    "whoever reaches the address may use it. "
    "Example: {nodePort: {host: 192.168.1.128, port: 30083}}",
    reaches=(kafka.TO_KAFKA,),
    takes_from=("kafka",),
    gives_to=("kafka",),
    reached_by=("jupyter", "toolbox"),
    # In an open lab also to a database that a student runs in the namespace.
    roams=True,
    goes_out=True,
    asked_by_operator=True,
    takes_offers=True,
    restarts=True,
    env=_env,
    rules=CONNECT_RULES,
    french="Kafka Connect, ses plugins et ses connecteurs.",
)
