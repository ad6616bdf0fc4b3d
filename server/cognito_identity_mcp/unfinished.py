"""At a start: what the last run left without an outcome, because it crashed or lost its disk, goes to the log."""

from __future__ import annotations

import time
from functools import partial

import anyio
import anyio.to_thread

from cognito_identity_mcp.logs import EventLog
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.stores import Stores

log = EventLog()

_PAUSE = 1.0
"""Seconds: the client's first requests do not wait for the database's libraries to be loaded."""


async def report_unfinished(settings: Settings) -> None:
    """Logs a warning for each call whose outcome is not on record, with how to find it out."""
    started = time.time()
    await anyio.sleep(_PAUSE)
    stores = await anyio.to_thread.run_sync(partial(_existing, settings))
    if stores is None:
        return
    try:
        unfinished = await (await stores.open()).journal.unfinished()
        for change in (each for each in unfinished if each.at < started):
            log.warning(
                "change_without_outcome",
                change=change.id,
                tool=change.attempt.tool,
                pool=change.attempt.pool.id if change.attempt.pool else None,
                state=change.state,
                how_to_find_out=change.finding_out,
            )
    except StorageUnavailable as error:
        log.warning("journal_unreadable", reason=str(error))
    finally:
        await stores.aclose()


def _existing(settings: Settings) -> Stores | None:
    folder = StateFolder.at(settings.state)
    return Stores(folder) if folder.database.exists() else None
