"""The time by which consent and hand-offs expire. A clock that is set back revives nothing.

The database keeps the latest time that was seen. A clock that shows an earlier one was set back, and everything that
expires is moved back with it, in the same transaction: what had expired stays so, and what holds does not hold longer.
A time that no program of this folder saw cannot be known to have been.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.tables import approvals, clock, grants, handoffs

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

NOW = select(clock.c.latest).scalar_subquery()
"""The time of the transaction, for statements inside `Timed.transaction`, in Unix seconds."""

_MOVED = (
    (approvals, ("created_at", "expires_at")),
    (grants, ("created_at", "expires_at")),
    (handoffs, ("holds_until",)),
)
"""The times that are moved. Those that a hand-off is sealed with stay as they are."""


@dataclass(frozen=True)
class Timed:
    """A database, and the clock that says what has expired in it. `clock` gives Unix seconds."""

    database: Database
    clock: Callable[[], float]

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """As `Database.transaction`, with `NOW` set: read inside, so that of many each has its turn in time."""
        async with self.database.transaction() as connection:
            await _tick(connection, self.clock())
            yield connection


async def _tick(connection: AsyncConnection, now: float) -> None:
    latest = await connection.scalar(select(clock.c.latest))
    if latest is not None and now < latest:
        for table, times in _MOVED:
            earlier = {name: table.c[name] - (latest - now) for name in times}
            await connection.execute(update(table).values(earlier))
    seen = insert(clock).values(id=1, latest=now)
    await connection.execute(seen.on_conflict_do_update(index_elements=[clock.c.id], set_={"latest": now}))
