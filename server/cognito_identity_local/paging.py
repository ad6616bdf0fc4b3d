"""Pages of a list by position, and the opaque tokens between them.

A list is read in the order of a sequence number that is never used twice: whatever is added or removed meanwhile, a
walk meets every entry that was there all the time exactly once. Order and token are unknowns of §20 (no. 16).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from cognito_identity_local.errors import LOCAL_BAD_NEXT_TOKEN, invalid_parameter

_POSITION = 7
"""Bytes: whatever they are, SQLite has such a number."""
_SEAL = 11


class Row(Protocol):
    @property
    def seq(self) -> int: ...


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    rows: Sequence[R]
    next_token: str | None


def read_page(name: str, token: str | None, size: int, fetch: Callable[[int, int], Sequence[R]]) -> Page[R]:
    """One page of the list called `name`; `fetch(after, limit)` reads rows beyond a position.

    Raises:
        CognitoIdentityError: the token is none of this list's (InvalidParameterException).
    """
    rows = fetch(_position(name, token), size + 1)
    more = len(rows) > size
    return Page(rows[:size], _token(name, rows[size - 1].seq) if more else None)


def _token(name: str, position: int) -> str:
    head = position.to_bytes(_POSITION)
    return base64.urlsafe_b64encode(head + _seal(name, head)).decode()


def _position(name: str, token: str | None) -> int:
    if token is None:
        return 0
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    head = raw[:_POSITION]
    if len(raw) != _POSITION + _SEAL or raw[_POSITION:] != _seal(name, head):
        raise invalid_parameter(LOCAL_BAD_NEXT_TOKEN)
    return int.from_bytes(head)


def _seal(name: str, head: bytes) -> bytes:
    """Binds a token to its list. No secret: it keeps mistakes out, not people."""
    return hashlib.blake2b(head + name.encode(), digest_size=_SEAL).digest()
