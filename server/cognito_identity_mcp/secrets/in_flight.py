"""The secret values of the call under way, so that not even the words of a crash bring them into the log.

Each tool call runs in a context of its own; what it starts shares its values.
"""

from __future__ import annotations

from contextvars import ContextVar

from cognito_identity_mcp.secrets.redaction import masked, secret_texts
from cognito_identity_tools.shapes import Shape

_values: ContextVar[set[str] | None] = ContextVar("secrets in flight", default=None)


def begin(request: Shape) -> None:
    """Starts a call with the secrets of its arguments."""
    _values.set(set(secret_texts(request)))


def saw(value: Shape) -> None:
    """Adds the secrets of a resolved request, or of an answer."""
    known = _values.get()
    if known is not None:
        known.update(secret_texts(value))


def without(text: str) -> str:
    """The text without the secrets of the call under way, if one is."""
    return masked(text, _values.get() or ())
