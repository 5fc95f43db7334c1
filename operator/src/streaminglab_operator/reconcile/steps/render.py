"""Render the plan: each object that should be there now, ready to be written."""

import asyncio

from streaminglab_operator.plan.credentials import checksum
from streaminglab_operator.reconcile.identity import identity
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass
from streaminglab_operator.render import personalise


async def run(this: Pass) -> Next:
    """Sets ``wanted``. Raises :class:`errors.RenderError`."""
    releases, namespace = this.desired.releases, this.key.namespace
    get, operator = this.tools.templates.get, this.tools.options.operator_namespace
    charts = await asyncio.gather(*(get(release, namespace) for release in releases))
    found = []
    for release, templates in zip(releases, charts, strict=True):
        sums = checksum(this.credentials, release.secrets)
        who = identity(this.lab, release.digest, sums, operator)
        found += [(release.component, m) for m in personalise(templates, who)]
    this.wanted = found
    return GO_ON
