"""The process that reads messages: `python3 -m streaminglab_page.kafka.child SERVERS`.

What a batch unpacks to has no bound in librdkafka, which ends its process by an assertion where it
gets no memory. So it is a process apart, and its end says that a batch is too large.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Mapping
from typing import Any

from streaminglab_page.helper import bound, hurry
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.reading import read
from streaminglab_page.kafka.wire import pack_found, task_of

MEMORY = 32 * 2**20
"""Bytes of data: it begins with 15 MiB, and what is unpacked lies there twice."""
SECONDS = 4
"""Of the processor, for a task: a GB is unpacked within two."""
STACK = 256 * 1024
"""Of each of librdkafka's threads: 8 MiB otherwise, which count as data."""
ATTRIBUTES = 64
"""Bytes of pthread_attr_t, and some more."""


def small_stacks() -> None:
    """For threads that are begun from now on: glibc's pthread_setattr_default_np(3)."""
    library, attributes = ctypes.CDLL(None), ctypes.create_string_buffer(ATTRIBUTES)
    library.pthread_attr_init(attributes)
    library.pthread_attr_setstacksize(attributes, ctypes.c_size_t(STACK))
    if library.pthread_setattr_default_np(attributes):
        raise OSError("the threads' stacks cannot be made smaller")


def answer(servers: str, line: bytes) -> Mapping[str, Any]:
    """The answer to a line."""
    task = task_of(json.loads(line))
    hurry(SECONDS)
    try:
        return pack_found(read(servers, task), task.wanted.noted())
    except CannotAsk as error:
        return {"refused": str(error)}


def main() -> None:
    """Answer until there is no more line."""
    small_stacks()
    bound(MEMORY)
    (servers,) = sys.argv[1:]
    for line in sys.stdin.buffer:
        sys.stdout.write(f"{json.dumps(answer(servers, line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
