"""The verbs, in order of use; each file has one job."""

from __future__ import annotations

import click

from streaminglab_cli.verbs.brokers import start_broker, stop_broker
from streaminglab_cli.verbs.check import check
from streaminglab_cli.verbs.completion import candidates, completion
from streaminglab_cli.verbs.env import env
from streaminglab_cli.verbs.labs import list_labs
from streaminglab_cli.verbs.lag import lag
from streaminglab_cli.verbs.logs import logs
from streaminglab_cli.verbs.opening import open_part
from streaminglab_cli.verbs.password import password
from streaminglab_cli.verbs.plan import plan
from streaminglab_cli.verbs.produce import produce
from streaminglab_cli.verbs.records import records
from streaminglab_cli.verbs.reset import reset
from streaminglab_cli.verbs.rest import resume, suspend
from streaminglab_cli.verbs.status import status
from streaminglab_cli.verbs.topics import describe_topic
from streaminglab_cli.verbs.why import why

VERBS: tuple[click.Command, ...] = (
    list_labs,
    status,
    why,
    check,
    password,
    env,
    open_part,
    logs,
    suspend,
    resume,
    stop_broker,
    start_broker,
    records,
    produce,
    describe_topic,
    lag,
    reset,
    plan,
    completion,
    candidates,
)
