"""Secrets handed out beside the conversation: kept sealed in the database, fetched by handle on the server's machine.

The model gets the handle, which opens nothing by itself: it takes the state folder and its key.
"""

from __future__ import annotations

import json
import secrets
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import anyio.to_thread
from sqlalchemy import Row, delete, insert, select

from cognito_identity_mcp.secrets.handles import Handle, HandOffError, Kind, Secret
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.expiry import NOW, Timed
from cognito_identity_mcp.storage.key import VARIABLE, Key, SealBroken
from cognito_identity_mcp.storage.tables import handoffs
from cognito_identity_tools.operation import Tool
from cognito_identity_tools.shapes import Shape

LONGEST = 86_400.0
"""Seconds that a secret is kept at most: no token of Cognito Identity lives longer."""

UNKNOWN_LIFE = 900.0
"""Seconds for a secret that does not say when it expires: the usual life of a token."""


_IS_OVER = handoffs.c.holds_until <= NOW


@dataclass(frozen=True)
class HandOff:
    """The secrets that wait to be fetched. `clock` gives Unix seconds."""

    database: Database
    key: Key
    clock: Callable[[], float] = time.time

    @property
    def _timed(self) -> Timed:
        return Timed(self.database, self.clock)

    async def store(self, tool: Tool, output: Shape, facts: Mapping[str, str]) -> Handle | None:
        """Keeps the secret of a result until it expires, and forgets what has expired; None: it holds no secret.

        `facts` describe it for people and are readable by anybody who can read the state folder.

        Raises:
            StorageUnavailable: it was not kept.
        """
        kind = Kind.of(tool)
        value = output.model_dump(mode="json", exclude_none=True).get(kind)
        if not value:
            return None
        now = self.clock()
        kept = Handle(secrets.token_hex(6), kind, dict(facts), now, expiry(value, now))
        sealed = await anyio.to_thread.run_sync(self.key.seal, json.dumps(value).encode(), _context(kept))
        row = {**_row(kept), "sealed": sealed, "holds_until": kept.expires_at}
        async with self._timed.transaction() as connection:
            await connection.execute(delete(handoffs).where(_IS_OVER))
            await connection.execute(insert(handoffs).values(row))
        return kept

    async def fetch(self, handle: str) -> Secret:
        """The secret behind a handle, which can be fetched again.

        Raises:
            HandOffError: there is none, it expired, or it was sealed with another key.
            StorageUnavailable: the database cannot be used.
        """
        query = select(handoffs, _IS_OVER.label("is_over")).where(handoffs.c.handle == handle)
        async with self._timed.transaction() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise HandOffError(
                f"There is no secret {handle!r} here. Expired ones are deleted; --list shows the others."
            )
        kept = _handle(row)
        if row.is_over:
            raise HandOffError(f"The secret {handle} {self._ended(kept)}. Have {kept.facts['tool']} called again.")
        return Secret(kept, json.loads(await anyio.to_thread.run_sync(self._unsealed, kept, row.sealed)))

    def _ended(self, kept: Handle) -> str:
        if kept.expires_at <= self.clock():
            return f"expired at {kept.expiry}"
        return "is kept no longer, since this machine's clock was set back"

    def _unsealed(self, kept: Handle, sealed: bytes) -> bytes:
        try:
            return self.key.unseal(sealed, _context(kept))
        except SealBroken:
            raise HandOffError(
                f"The secret {kept.handle} was sealed with another key, or its row was changed. If the server has its "
                f"key in {VARIABLE}, set the same here."
            ) from None

    async def waiting(self) -> list[Handle]:
        """What can be fetched, the newest first.

        Raises:
            StorageUnavailable: the database cannot be used.
        """
        valid = select(handoffs).where(~_IS_OVER).order_by(handoffs.c.created_at.desc())
        async with self._timed.transaction() as connection:
            return [_handle(row) for row in await connection.execute(valid)]


def expiry(value: Mapping[str, Any] | str, now: float) -> float:
    """When a secret expires by its own word, a day from now at most."""
    told = _told(value)
    if not isinstance(told, int | float) or told != told:  # noqa: PLR0124 - only NaN differs from itself
        return now + UNKNOWN_LIFE
    return float(min(max(told, now), now + LONGEST))


def _told(value: Mapping[str, Any] | str) -> object:
    if isinstance(value, str):
        return _claims(value).get("exp")
    time = value.get("expiration")
    return time and datetime.fromisoformat(time).timestamp()


def _claims(token: str) -> dict[str, Any]:
    """What a JSON Web Token says; nothing for other tokens. Nobody relies on it being true."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return {}
    return cast("dict[str, Any]", claims) if isinstance(claims, dict) else {}


def _row(kept: Handle) -> dict[str, Any]:
    facts = json.dumps(dict(kept.facts), sort_keys=True)
    return {
        "handle": kept.handle,
        "kind": kept.kind,
        "facts": facts,
        "created_at": kept.created_at,
        "expires_at": kept.expires_at,
    }


def _handle(row: Row[Any]) -> Handle:
    return Handle(row.handle, Kind(row.kind), json.loads(row.facts), row.created_at, row.expires_at)


def _context(kept: Handle) -> str:
    """All that is told of a secret, so that none of it can be changed or moved to another one."""
    return json.dumps(["handoff", *_row(kept).values()])
