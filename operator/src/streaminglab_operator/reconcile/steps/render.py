"""Render the plan: each object that should be there now, ready to be written."""

from streaminglab_operator.plan.credentials import checksum
from streaminglab_operator.plan.volumes import made_with, names_no_class, volume
from streaminglab_operator.reconcile.identity import identity
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass
from streaminglab_operator.render import personalise
from streaminglab_operator.render.volumes import KIND


async def run(this: Pass) -> Next:
    """Sets ``wanted`` and ``volumes``. Raises :class:`errors.RenderError`."""
    releases, namespace = this.desired.releases, this.key.namespace
    get, operator = this.tools.templates.get, this.tools.options.operator_namespace
    # One after another: there is one helm at a time, and mostly none is needed.
    charts = [await get(release, namespace) for release in releases]
    found, made = [], made_with(this.view)
    for release, templates in zip(releases, charts, strict=True):
        sums = checksum(this.credentials, release.secrets)
        who = identity(this.lab, release, sums, operator)
        found += [(release.component, m) for m in personalise(templates, who, made)]
    this.wanted = [(c, m) for c, m in found if m.kind != KIND]
    this.volumes = [
        volume(c, m, no_class=names_no_class(this.lab, c)) for c, m in found if m.kind == KIND
    ]
    return GO_ON
