"""pydantic's words, as they are shown to people."""

from __future__ import annotations

_OPENINGS = ("Value error, ", "Input ")


def plain(message: str) -> str:
    """pydantic's message about a wrong value without its opening: "should be a valid integer"."""
    for opening in _OPENINGS:
        message = message.removeprefix(opening)
    return message
