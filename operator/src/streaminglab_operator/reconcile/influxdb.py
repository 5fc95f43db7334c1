"""First set-up of a lab's InfluxDB, and its scoped tokens into the credentials Secret."""

from collections.abc import Mapping

from streaminglab_operator import names
from streaminglab_operator.plan import Lab
from streaminglab_operator.ports import Cluster, InfluxDB, Setup
from streaminglab_operator.reconcile import credentials
from streaminglab_operator.render import Identity


async def set_up(
    lab: Lab,
    identity: Identity,
    cluster: Cluster,
    influxdb: InfluxDB,
    *,
    url: str,
    values: Mapping[str, str],
) -> dict[str, str]:
    """Set InfluxDB up if it never was, make the tokens that are missing, keep them.

    Harmless to repeat after any single step: set-up is refused the second time, and a token is
    found again by its description. An InfluxDB whose volume was lost is simply new again.
    ``values``: the credentials; they come back with the tokens among them.
    """
    setup = Setup(
        url=url,
        username=values["influxdb-username"],
        password=values["influxdb-password"],
        admin_token=values["influxdb-admin-token"],
        org=lab.spec.org,
        bucket=lab.spec.bucket,
        retention_seconds=lab.spec.retention_seconds,
    )
    if await influxdb.is_new(url):
        await influxdb.set_up(setup)
    tokens = dict(await influxdb.tokens(setup, lab.key.name))
    changed = {k: v for k, v in tokens.items() if values.get(k) != v}
    if changed:
        name = names.credentials(lab.key.name)
        await cluster.write_secret(
            lab.key.namespace, name, changed, credentials.metadata(lab, identity)
        )
    return {**values, **tokens}
