"""Foreign text, cut before it is kept: whoever makes an object may write as much as etcd takes."""

LABEL = 63
NAME = 253
IMAGE = 600
"""A registry, a path, a tag and a digest."""
SENTENCE = 1000
TERMINATION = 4096
"""What kubelet keeps of a termination message (Kubernetes, "Determine the reason for pod failure").
"""


def cut(value: object, limit: int) -> str:
    """At most so many characters of a value as text; None is an empty text."""
    return "" if value is None else str(value)[:limit]
