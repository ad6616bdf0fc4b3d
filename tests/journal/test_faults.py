"""A process that is killed between intent and outcome, and a disk that is full: nothing acknowledged is lost."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

import pytest

from cognito_identity_mcp.journal.changes import Filters, State
from cognito_identity_mcp.journal.journal import LONGEST_CALL, Journal
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.clocks import Clock
from tests.processes import pipe, started

from .attempts import DELETING, OK

INTENDS = """
import asyncio, sys
from pathlib import Path
from cognito_identity_mcp.journal.changes import Filters, State
from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.journal.attempts import DELETING
from tests.clocks import Clock

async def main():
    journal = Journal(Database(StateFolder.at(Path(sys.argv[1]))), Clock())
    print(await journal.intended(DELETING), flush=True)
    sys.stdin.readline()

asyncio.run(main())
"""


async def test_a_crash_between_intent_and_outcome_is_found_at_once(folder: StateFolder, journal: Journal) -> None:
    with started(str(folder.path), program=(sys.executable, "-c", INTENDS)) as process:
        change_id = pipe(process.stdout).readline().decode().strip()
        assert await state_of(journal, change_id) == "under way"
        process.kill()
        assert process.wait(20) == -9
    assert await state_of(journal, change_id) == "unknown"
    (found,) = await journal.changes(10, filters=Filters(state="unknown"))
    assert found.id == change_id
    assert (await journal.verify()).records == 1


async def test_what_tells_that_a_writer_is_gone_stays_until_its_outcomes_are_overdue(
    folder: StateFolder, journal: Journal, clock: Clock
) -> None:
    with started(str(folder.path), program=(sys.executable, "-c", INTENDS)) as process:
        change_id = pipe(process.stdout).readline().decode().strip()
    await journal.tidy()
    assert await state_of(journal, change_id) == "unknown"
    assert len(list((folder.path / "running").iterdir())) == 1
    clock.now += LONGEST_CALL + 1
    await journal.tidy()
    assert await state_of(journal, change_id) == "unknown"
    assert list((folder.path / "running").iterdir()) == []


async def test_without_a_trace_of_its_writer_an_intent_is_under_way_until_it_is_overdue(
    folder: StateFolder, journal: Journal, clock: Clock
) -> None:
    (folder.path / "running").touch()
    with started(str(folder.path), program=(sys.executable, "-c", INTENDS)) as process:
        change_id = pipe(process.stdout).readline().decode().strip()
    assert await state_of(journal, change_id) == "under way"
    clock.now += LONGEST_CALL + 1
    assert await state_of(journal, change_id) == "unknown"


async def test_a_server_that_ends_in_order_leaves_a_trace_only_where_an_outcome_is_missing(
    folder: StateFolder, journal: Journal
) -> None:
    other = Database(folder)
    writing = Journal(other, Clock())
    await writing.finished(await writing.intended(DELETING), OK)
    await other.aclose()
    assert list((folder.path / "running").iterdir()) == []
    left = await writing.intended(DELETING)
    assert await state_of(journal, left) == "under way"
    await other.aclose()
    assert await state_of(journal, left) == "unknown"


async def test_a_trace_that_cannot_be_removed_keeps_no_program_from_ending(folder: StateFolder) -> None:
    database = Database(folder)
    writing = Journal(database, Clock())
    await writing.finished(await writing.intended(DELETING), OK)
    (trace,) = (folder.path / "running").iterdir()
    trace.unlink()
    trace.mkdir()
    await database.aclose()
    assert trace.is_dir()
    assert (await Journal(database, Clock()).verify()).records == 2
    await database.aclose()


async def state_of(journal: Journal, change_id: str) -> State:
    (found,) = await journal.unfinished()
    assert found.id == change_id
    assert (await journal.change(change_id)).state == found.state
    return found.state


FILLS = """
import asyncio, resource, sys
from pathlib import Path
from cognito_identity_mcp.journal.changes import Filters, State
from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_mcp.storage.folder import StateFolder
from tests.journal.attempts import DELETING

async def main():
    database = Database(StateFolder.at(Path(sys.argv[1])))
    journal = Journal(database)
    await journal.intended(DELETING)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    written = 1
    try:
        while True:
            await journal.intended(DELETING)
            written += 1
    except StorageUnavailable as error:
        print(written, (await journal.verify()).records, error, sep="|")
    await database.aclose()

asyncio.run(main())
"""


async def test_a_file_that_cannot_grow_keeps_all_that_was_acknowledged(folder: StateFolder, journal: Journal) -> None:
    pytest.importorskip("resource")
    with started(str(folder.path), program=(sys.executable, "-c", FILLS)) as process:
        output, errors = process.communicate(timeout=60)
    assert errors == b""
    written, seen, reason = output.decode().strip().split("|")
    assert int(written) > 10
    assert seen == written
    assert reason.startswith(f"The database {folder.database} cannot ")
    found = await journal.verify()
    assert (found.holds, found.records) == (True, int(written))
    with closing(sqlite3.connect(folder.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
