"""The secret values of the call under way, so that not even the words of a crash bring them into the log.

Each tool call runs in a context of its own; what it starts shares its values. Until its arguments are read as a
request, nobody knows which of their texts are secret: then all of them count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from cognito_identity_mcp.secrets.redaction import masked, secret_texts, without_pieces
from cognito_identity_tools.shapes import Shape

_LONGEST_KEY = 128
"""Characters of a provider's name; a longer key is a token in the wrong place."""


@dataclass
class _Values:
    """`unread`: arguments that are no request yet."""

    secret: set[str] = field(default_factory=set[str])
    unread: object = None


_values: ContextVar[_Values | None] = ContextVar("secrets in flight", default=None)


def received(arguments: object) -> None:
    """Starts a call with its arguments as they came in, JSON data of whatever form."""
    _values.set(_Values(unread=arguments))


def begin(request: Shape) -> None:
    """The arguments were read as this request: its secrets are those of the call."""
    _values.set(_Values(set(secret_texts(request))))


def saw(value: Shape) -> None:
    """Adds the secrets of a resolved request, or of an answer."""
    known = _values.get()
    if known is not None:
        known.secret.update(secret_texts(value))


def without(text: str) -> str:
    """The text without the secrets of the call under way, if one is."""
    known = _values.get()
    return text if known is None else masked(text, known.secret)


def crash_without(text: str) -> str:
    """The words of a crash without those secrets and without pieces of them: they may show a value cut short."""
    known = _values.get()
    return text if known is None else without_pieces(text, known.secret.union(_texts(known.unread)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _texts(item)
    elif isinstance(value, Mapping):
        for key, item in cast("Mapping[str, Any]", value).items():
            yield from [key] if len(key) > _LONGEST_KEY else []
            yield from _texts(item)
