"""Commands that work on the state folder: opening it, and ending plainly where it cannot be used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import anyio

from cognito_identity_mcp.cli.exits import fail
from cognito_identity_mcp.cli.options import settings_errors
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_mcp.storage.folder import StateFolder

T = TypeVar("T")


def with_database(folder: Path | None, use: Callable[[Database], Awaitable[T]]) -> T:
    """What `use` returns; the command ends with exit status 2 where folder or database cannot be used."""
    try:
        with settings_errors():
            return anyio.run(_used, StateFolder.at(folder), use)
    except StorageUnavailable as error:
        fail(str(error))


def folder_of(settings: Settings) -> StateFolder:
    """The state folder; the command ends with exit status 2 where it cannot be used."""
    with settings_errors():
        return StateFolder.at(settings.state)


async def _used(folder: StateFolder, use: Callable[[Database], Awaitable[T]]) -> T:
    database = Database(folder)
    try:
        return await use(database)
    finally:
        await database.aclose()
