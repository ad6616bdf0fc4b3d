"""The database: opened at first use, one transaction after the other, every commit on the disk before it counts.

Several processes use the file at once: servers and the command line. A writer that waits longer than `BUSY_TIMEOUT` for
another process gives up. sqlalchemy, aiosqlite and alembic are imported at first use, in a worker thread.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from cognito_identity_mcp.lasting import made_to_last
from cognito_identity_mcp.storage.faults import StorageUnavailable as StorageUnavailable, told_plainly
from cognito_identity_mcp.storage.folder import StateFolder

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from cognito_identity_mcp.storage.presence import Presence

BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process that writes."""

_PRAGMAS = ("PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON")
_READERS = 3
"""At once, beside one writer; each is a connection with a thread of its own."""


class Database:
    """The state of one server, for use on one event loop.

    `busy_timeout` is in seconds.
    """

    def __init__(self, folder: StateFolder, *, busy_timeout: float = BUSY_TIMEOUT) -> None:
        self._file = folder.database
        self._folder = folder.path
        self._busy_timeout = busy_timeout
        self._opening = anyio.Lock()
        self._writing = anyio.Lock()
        self._reading = anyio.Semaphore(_READERS)
        self._engine: AsyncEngine | None = None
        self._identity: tuple[int, int] | None = None
        self._presence: Presence | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """A connection inside BEGIN IMMEDIATE: commits at the end, rolls back on any error.

        Once it began it is not cancelled, so what is inside must wait for nothing but the database.

        Raises:
            StorageUnavailable: nothing was written.
            sqlalchemy.exc.IntegrityError: a constraint refused; nothing was written.
        """
        async with self._writing, self._begun("BEGIN IMMEDIATE") as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """A connection that sees one state of the database for as long as the block runs.

        Raises:
            StorageUnavailable: the database cannot be read.
        """
        async with self._reading, self._begun("BEGIN") as connection:
            yield connection

    @property
    def presence(self) -> Presence:
        """What tells other programs whether this one still runs."""
        if self._presence is None:
            from cognito_identity_mcp.storage.presence import Presence

            self._presence = Presence(self._folder)
        return self._presence

    async def aclose(self) -> None:
        """Closes the file; the next use opens it again."""
        engine, self._engine = self._engine, None
        with anyio.CancelScope(shield=True):
            if engine is not None:
                await engine.dispose()
            if self._presence is not None:
                await anyio.to_thread.run_sync(self._presence.leave)

    @asynccontextmanager
    async def _begun(self, begin: str) -> AsyncGenerator[AsyncConnection]:
        # A cancelled aiosqlite connection may never finish closing, and would hold up the end of the program.
        with anyio.CancelScope(shield=True), told_plainly(self._file):
            async with (await self._opened()).connect() as connection:
                await connection.execution_options(begin=begin)
                await connection.begin()
                await anyio.to_thread.run_sync(self._check_file)
                yield connection
                await connection.commit()

    async def _opened(self) -> AsyncEngine:
        async with self._opening:
            if self._engine is None:
                self._engine = await anyio.to_thread.run_sync(self._open)
            return self._engine

    def _open(self) -> AsyncEngine:
        with made_to_last():
            from cognito_identity_mcp.storage.schema import prepare

            prepare(self._file, self._busy_timeout)
            self._identity = _identity(self._file)
            return _engine(self._file, self._busy_timeout)

    def _check_file(self) -> None:
        """SQLite goes on writing into a file that was deleted or moved, and nobody would ever read it."""
        if _identity(self._file) != self._identity:
            raise StorageUnavailable(
                self._file, "was moved, deleted or replaced while in use", "Put it back, or start the program again"
            )


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _engine(file: Path, busy_timeout: float) -> AsyncEngine:
    from sqlalchemy import event
    from sqlalchemy.ext.asyncio import create_async_engine

    from cognito_identity_mcp.storage.schema import address, begin

    engine = create_async_engine(
        address("sqlite+aiosqlite", file),
        # With isolation_level None no statement starts a transaction but our own BEGIN.
        connect_args={"isolation_level": None, "timeout": busy_timeout},
        pool_size=_READERS + 1,
        max_overflow=0,
    )
    event.listen(engine.sync_engine, "connect", _tune)
    event.listen(engine.sync_engine, "begin", begin)
    return engine


def _tune(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
