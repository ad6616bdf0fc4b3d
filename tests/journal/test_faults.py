"""A process that is killed between intent and outcome, and a disk that is full: nothing acknowledged is lost."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

import pytest

from cognito_identity_mcp.journal.journal import LONGEST_CALL, Journal
from cognito_identity_mcp.storage.folder import StateFolder
from tests.processes import pipe, started

from .conftest import Clock

INTENDS = """
import asyncio, sys
from pathlib import Path
from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.journal.attempts import DELETING
from tests.journal.conftest import Clock

async def main():
    journal = Journal(Database(StateFolder.at(Path(sys.argv[1]))), Clock())
    print(await journal.intended(DELETING), flush=True)
    sys.stdin.readline()

asyncio.run(main())
"""


async def test_a_crash_between_intent_and_outcome_is_found(folder: StateFolder, journal: Journal, clock: Clock) -> None:
    with started(str(folder.path), program=(sys.executable, "-c", INTENDS)) as process:
        change_id = pipe(process.stdout).readline().decode().strip()
        process.kill()
        assert process.wait(20) == -9
    (found,) = await journal.unfinished()
    assert (found.id, found.state) == (change_id, "under way")
    clock.now += LONGEST_CALL + 1
    (found,) = await journal.unfinished()
    assert (found.id, found.state) == (change_id, "unknown")
    assert (await journal.verify()).records == 1


FILLS = """
import asyncio, resource, sys
from pathlib import Path
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
