"""What is shown of an error that somebody's program has raised while it was asked."""

from __future__ import annotations

from streaminglab_page.bounded import LONG, text
from streaminglab_page.own import Own


def words_of(error: BaseException) -> str:
    """Its words, or its name where it has none."""
    if isinstance(error, TimeoutError):
        return Own.SILENCE
    return text(str(error), LONG) or type(error).__name__
