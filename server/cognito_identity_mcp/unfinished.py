"""At a start: what an earlier run left without an outcome, because it crashed or lost its disk, goes to the log."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from cognito_identity_mcp.logs import EventLog
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.stores import Stores

if TYPE_CHECKING:
    from cognito_identity_mcp.journal.changes import Change
    from cognito_identity_mcp.journal.journal import Journal

log = EventLog()

_PAUSE = 1.0
"""Seconds: the client's first requests do not wait for the database's libraries to be loaded."""


async def report_unfinished(settings: Settings) -> None:
    """Logs each call whose outcome is not on record, with how to find it out.

    A warning where nobody will ever record it, a note where another server still works on it.
    """
    started = time.time()
    await anyio.sleep(_PAUSE)
    stores = await anyio.to_thread.run_sync(partial(_existing, settings))
    if stores is None:
        return
    try:
        await _report((await stores.open()).journal, started)
    except StorageUnavailable as error:
        log.warning("journal_unreadable", reason=str(error))
    finally:
        await stores.aclose()


async def _report(journal: Journal, started: float) -> None:
    """Of calls before `started`. Whoever has a journal has imported its errors."""
    from cognito_identity_mcp.journal.changes import JournalDamaged

    try:
        for change in await journal.unfinished():
            if change.at < started:
                _log(change)
    except JournalDamaged as error:
        log.warning("journal_unreadable", reason=str(error))
    await journal.tidy()


def _log(change: Change) -> None:
    is_unknown = change.state == "unknown"
    (log.warning if is_unknown else log.info)(
        "outcome_unknown" if is_unknown else "call_under_way",
        change=change.id,
        tool=change.attempt.tool,
        pool=change.attempt.pool.id if change.attempt.pool else None,
        how_to_find_out=change.finding_out,
    )


def _existing(settings: Settings) -> Stores | None:
    folder = StateFolder.at(settings.state)
    return Stores(folder) if folder.database.exists() else None
