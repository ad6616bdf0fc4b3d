"""The journal: one record when a call is refused, one before it goes out, one after; and reading them again.

What a person decides about a call in a terminal is a record too, written in the transaction that decides.

An intent without an outcome is `under way` until the program that made it is gone, however it ended, or until the
outcome is overdue; it is `unknown` from then on.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import anyio.to_thread
from sqlalchemy.ext.asyncio import AsyncConnection

from cognito_identity_mcp.journal import chain, queries
from cognito_identity_mcp.journal.changes import Change, Filters
from cognito_identity_mcp.journal.records import Attempt, Kind, Opening, Outcome, Refusal, encoded
from cognito_identity_mcp.storage.database import Database

LONGEST_CALL = 120.0
"""Seconds after which an outcome is overdue: more than all tries of one call take with the default time limits."""

EVERYTHING = Filters()

_ID_CHARACTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""Without 0, 1, i, l, o and u, which people mistake for one another or read as words."""

_ID_LENGTH = 8


class Journal:
    """`clock` gives Unix seconds; `longest_call` is how many an outcome may take before it is overdue."""

    def __init__(
        self, database: Database, clock: Callable[[], float] = time.time, *, longest_call: float = LONGEST_CALL
    ) -> None:
        self._database = database
        self._clock = clock
        self._longest_call = longest_call

    async def refused(self, attempt: Attempt, code: str, message: str) -> str:
        """Records a call that does not go out; returns the id of the change.

        Raises:
            StorageUnavailable: nothing was recorded.
        """
        return await self._begun("refused", Opening(attempt, refusal=Refusal(code, message)))

    async def intended(self, attempt: Attempt) -> str:
        """Records that a call goes out now; returns the id of the change.

        Raises:
            StorageUnavailable: nothing was recorded, so the call must not go out.
        """
        presence = self._database.presence
        writer = presence.name or await anyio.to_thread.run_sync(presence.announce)
        due = self._clock() + self._longest_call
        change_id = await self._begun("intended", Opening(attempt, due=due, writer=writer))
        presence.owed.add(change_id)
        return change_id

    async def finished(self, change_id: str, outcome: Outcome) -> None:
        """Records how a call ended.

        Raises:
            StorageUnavailable: nothing was recorded; the change stays without an outcome.
            ValueError: no intent with this id is without an outcome.
        """
        body = encoded(outcome)
        async with self._database.transaction() as connection:
            if await queries.kinds(connection, change_id) != ["intended"]:
                raise ValueError(f"{change_id} is not a change that waits for its outcome")
            await chain.append(connection, change_id, "finished", self._clock(), body)
        self._database.presence.owed.discard(change_id)

    async def change(self, change_id: str) -> Change:
        """Raises:
        NoSuchChange: there is none with this id.
        JournalDamaged: its records cannot be understood.
        StorageUnavailable: the database cannot be read.
        """
        async with self._reading() as (connection, moment):
            return await queries.find(connection, change_id, moment)

    async def undone_by(self, change_id: str) -> str | None:
        """The id of the change that took this one back, unless that was taken back too. Raises as `verify`."""
        async with self._reading() as (connection, moment):
            return await queries.undone_by(connection, change_id, moment)

    async def changes(self, limit: int, before: str | None = None, filters: Filters = EVERYTHING) -> list[Change]:
        """Changes, the newest first; `before` is the last id of the page before. Raises as `change`."""
        async with self._reading() as (connection, moment):
            return await queries.page(connection, limit, before, filters, moment)

    async def unfinished(self) -> list[Change]:
        """All intents without an outcome, the oldest first; some may be under way. Raises as `change`."""
        async with self._reading() as (connection, moment):
            return await queries.unfinished(connection, moment)

    async def tidy(self) -> None:
        """Forgets the programs that are gone and whose intents all have an outcome, or one that is overdue."""
        async with self._reading() as (connection, moment):
            forgotten = moment.gone - await queries.writers_awaited(connection, moment)
        await anyio.to_thread.run_sync(self._database.presence.forget, forgotten)

    async def verify(self, head: str | None = None) -> chain.Verification:
        """Whether all records are as they were written; `head` is the hash of a record that was noted elsewhere.

        Raises:
            StorageUnavailable: the database cannot be read.
        """
        async with self._database.reading() as connection:
            return await chain.verify(connection, head)

    @asynccontextmanager
    async def _reading(self) -> AsyncGenerator[tuple[AsyncConnection, queries.Moment]]:
        # In this order: who is gone before the records are read has written all that it ever will.
        gone = await anyio.to_thread.run_sync(self._database.presence.gone)
        async with self._database.reading() as connection:
            yield connection, queries.Moment(self._clock(), gone)

    async def _begun(self, kind: Kind, first: Opening) -> str:
        async with self._database.transaction() as connection:
            return await begun(connection, kind, self._clock(), first)


async def begun(connection: AsyncConnection, kind: Kind, at: float, first: Opening) -> str:
    """Appends the first record of a change; returns its id. Inside `Database.transaction`."""
    change_id = _new_id()
    while await queries.kinds(connection, change_id):
        change_id = _new_id()
    await chain.append(connection, change_id, kind, at, encoded(first))
    return change_id


def _new_id() -> str:
    return "chg-" + "".join(secrets.choice(_ID_CHARACTERS) for _ in range(_ID_LENGTH))
