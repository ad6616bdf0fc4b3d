"""The database: transactions of many tasks and processes, and plain words when it cannot be used."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from blockbuster import blockbuster_ctx
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.storage.tables import approvals, grants, handoffs, records

GRANT: dict[str, Any] = {
    "id": "g",
    "operations": "[]",
    "place": "AWS",
    "region": "us-east-1",
    "pool_id": "us-east-1:1",
    "max_calls": 2,
    "note": "",
    "created_at": 1,
    "created_by": "me",
    "expires_at": 2,
}
APPROVAL: dict[str, Any] = {
    "id": "a",
    "kind": "approval",
    "status": "pending",
    "tool": "t",
    "matter": "m",
    "fingerprint": "f",
    "question": "q",
    "facts": "{}",
    "created_at": 1,
    "expires_at": 2,
}
RECORD: dict[str, Any] = {
    "change_id": "c",
    "kind": "refused",
    "at": 1,
    "body": "{}",
    "previous": "0",
    "hash": "1",
}


def handoff(handle: str, facts: str = "{}") -> dict[str, Any]:
    times = {"created_at": 1, "expires_at": 2, "holds_until": 2}
    return {"handle": handle, "kind": "k", "sealed": b"\0", "facts": facts, **times}


async def add(database: Database, handle: str) -> None:
    async with database.transaction() as connection:
        await connection.execute(insert(handoffs).values(handoff(handle)))


async def handles(database: Database) -> list[str]:
    async with database.reading() as connection:
        return list(await connection.scalars(select(handoffs.c.handle).order_by(handoffs.c.handle)))


def names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


@contextmanager
def held(folder: StateFolder) -> Generator[None]:
    """Another user of the file, in the middle of writing."""
    with closing(sqlite3.connect(folder.database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def test_every_commit_is_on_the_disk_and_keys_are_checked(database: Database) -> None:
    for block in (database.transaction, database.reading):
        async with block() as connection:
            names = ("journal_mode", "synchronous", "foreign_keys")
            assert [await connection.scalar(text(f"PRAGMA {name}")) for name in names] == ["wal", 2, 1]


@pytest.mark.parametrize("name", ["what?mode=ro", "100%41", "a#b c", "file:é'"])
async def test_whatever_the_folder_is_called_the_data_are_in_it(tmp_path: Path, name: str) -> None:
    folder = StateFolder.at(tmp_path / name)
    first, second = Database(folder), Database(folder)
    await add(first, "h")
    await first.aclose()
    assert await handles(second) == ["h"]
    await second.aclose()
    assert (names_in(tmp_path), names_in(folder.path)) == ([name], ["state.sqlite3"])


async def test_an_error_rolls_back(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as connection:
            await connection.execute(insert(handoffs).values(handoff("h")))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await handles(database) == []


async def test_readers_see_one_state_and_nothing_unfinished(database: Database) -> None:
    await add(database, "1")
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(handoffs)) == 1
        async with database.transaction() as writer:
            await writer.execute(insert(handoffs).values(handoff("2")))
            assert await handles(database) == ["1"]
        assert await connection.scalar(select(func.count()).select_from(handoffs)) == 1
    assert await handles(database) == ["1", "2"]


async def test_fifty_tasks_at_once_take_turns_and_never_block_the_event_loop(database: Database) -> None:
    async def count() -> None:
        async with database.transaction() as connection:
            facts = int(await connection.scalar(select(handoffs.c.facts)) or 0)
            await connection.execute(update(handoffs).values(facts=str(facts + 1)))

    async def look() -> None:
        assert await handles(database) == ["counter"]

    with blockbuster_ctx():
        async with database.transaction() as connection:
            await connection.execute(insert(handoffs).values(handoff("counter", "0")))
        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(count)
                tasks.start_soon(look)
        async with database.reading() as connection:
            assert await connection.scalar(select(handoffs.c.facts)) == "50"


async def test_a_transaction_that_began_is_not_cancelled_half_way(database: Database) -> None:
    with anyio.CancelScope() as scope:
        async with database.transaction() as connection:
            await connection.execute(insert(handoffs).values(handoff("1")))
            scope.cancel()
            await connection.execute(insert(handoffs).values(handoff("2")))
        await anyio.lowlevel.checkpoint()
    assert scope.cancelled_caught
    assert await handles(database) == ["1", "2"]


async def test_a_transaction_that_is_cancelled_before_its_turn_never_happens(database: Database) -> None:
    async with anyio.create_task_group() as tasks, database.transaction() as connection:
        tasks.start_soon(add, database, "cancelled")
        await connection.execute(insert(handoffs).values(handoff("first")))
        tasks.cancel_scope.cancel()
    await add(database, "later")
    assert await handles(database) == ["first", "later"]


ADDS = """
import asyncio, sys
from pathlib import Path
from sqlalchemy import insert
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.storage.tables import handoffs

async def main(folder, name):
    database = Database(StateFolder.at(Path(folder)), busy_timeout=60)
    for number in range(40):
        async with database.transaction() as connection:
            times = dict(created_at=1, expires_at=2, holds_until=2)
            row = dict(handle=f"{name}-{number}", kind="k", sealed=b"", facts="{}", **times)
            await connection.execute(insert(handoffs).values(row))
    await database.aclose()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_processes_share_the_file_and_lose_nothing(folder: StateFolder, database: Database) -> None:
    names = ["a", "b", "c"]
    processes = [
        subprocess.Popen((sys.executable, "-c", ADDS, str(folder.path), name), stderr=subprocess.PIPE)  # noqa: S603, ASYNC220 - our own program
        for name in names
    ]
    errors = [(await anyio.to_thread.run_sync(process.communicate, None, 120))[1] for process in processes]
    assert errors == [b""] * 3
    assert await handles(database) == sorted(f"{name}-{number}" for name in names for number in range(40))


async def test_a_lock_that_is_held_too_long_is_told(folder: StateFolder, database: Database) -> None:
    await add(database, "before")
    with held(folder):
        with pytest.raises(StorageUnavailable) as caught:
            await add(database, "lost")
        assert await handles(database) == ["before"]
    assert str(caught.value) == (
        f"The database {folder.database} is locked by another process. Try again; end a process that holds it for long."
    )
    await add(database, "later")
    assert await handles(database) == ["before", "later"]


async def test_a_damaged_file_is_told(folder: StateFolder, database: Database) -> None:
    await add(database, "1")
    await database.aclose()
    sound = folder.database.read_bytes()
    folder.database.write_bytes(sound[:4096] + b"\xa5" * (len(sound) - 4096))
    with pytest.raises(StorageUnavailable) as caught:
        await handles(database)
    assert str(caught.value) == (
        f"The database {folder.database} is damaged. Restore it from a copy, or move it away to start empty."
    )
    folder.database.write_bytes(sound)
    assert await handles(database) == ["1"]


async def test_a_file_that_was_moved_is_not_written_any_more(folder: StateFolder, database: Database) -> None:
    await add(database, "before")
    moved = folder.path / "moved"
    folder.database.rename(moved)
    for use in (add(database, "lost"), handles(database)):
        with pytest.raises(StorageUnavailable) as caught:
            await use
        assert str(caught.value) == (
            f"The database {folder.database} was moved, deleted or replaced while in use. "
            "Put it back, or start the program again."
        )
    moved.rename(folder.database)
    await add(database, "later")
    assert await handles(database) == ["before", "later"]


async def test_a_folder_that_is_gone_is_told(folder: StateFolder, database: Database) -> None:
    shutil.rmtree(folder.path)
    with pytest.raises(StorageUnavailable, match=r"cannot be made: No such file or directory\. Check that the folder"):
        await add(database, "lost")
    folder.path.mkdir(0o700)
    await add(database, "1")
    shutil.rmtree(folder.path)
    with pytest.raises(StorageUnavailable, match="was moved, deleted or replaced while in use"):
        await add(database, "lost")


ADDS_ONE = ADDS.replace("range(40)", "range(1)")
POWERLESS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()
"""What makes root heed the modes of files."""


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "told"),
    [
        (0o400, 0o700, "cannot be written. Make it and its folder writable for this user."),
        (0o000, 0o700, "cannot be opened. Check that the folder exists and that this user may write to it."),
    ],
)
async def test_a_file_that_may_not_be_written_is_told(
    folder: StateFolder, database: Database, file_mode: int, folder_mode: int, told: str
) -> None:
    if POWERLESS and shutil.which(POWERLESS[0]) is None:
        pytest.skip("root may write everything, and there is no setpriv here")
    await add(database, "before")
    await database.aclose()
    folder.database.chmod(file_mode)
    folder.path.chmod(folder_mode)
    command = (*POWERLESS, sys.executable, "-c", ADDS_ONE, str(folder.path), "lost")
    ended = await anyio.run_process(command, check=False)
    last = ended.stderr.decode().splitlines()[-1]
    assert last == f"cognito_identity_mcp.storage.faults.StorageUnavailable: The database {folder.database} {told}"
    folder.database.chmod(0o600)
    folder.path.chmod(0o700)
    assert await handles(database) == ["before"]


LOADS = """
import asyncio, sys
from pathlib import Path
from cognito_identity_mcp.storage import database, faults, folder, key
def loaded():
    return sorted({"sqlalchemy", "aiosqlite", "alembic", "cryptography"} & sys.modules.keys())
state = folder.StateFolder.at(Path(sys.argv[1]))
state.key()
print(loaded())
async def main():
    opened = database.Database(state)
    async with opened.reading():
        print(loaded())
    await opened.aclose()
asyncio.run(main())
"""


async def test_libraries_are_loaded_when_they_are_needed(folder: StateFolder, database: Database) -> None:
    await add(database, "made")
    ended = await anyio.run_process((sys.executable, "-c", LOADS, str(folder.path)))
    assert ended.stdout.decode().splitlines() == ["[]", "['aiosqlite', 'sqlalchemy']"]


async def test_what_is_sealed_is_nowhere_in_the_folder(folder: StateFolder, database: Database) -> None:
    key = folder.key()
    sealed = key.seal(b"canary-canary", "h")
    async with database.transaction() as connection:
        row = handoff("h") | {"sealed": sealed, "facts": key.digest("canary-canary")}
        await connection.execute(insert(handoffs).values(row))
    written = b"".join(path.read_bytes() for path in folder.path.iterdir() if path.name != "key")
    assert sealed in written
    assert b"canary" not in written
    assert (folder.path / "key").read_bytes().strip() not in written
    async with database.reading() as connection:
        kept = await connection.scalar(select(handoffs.c.sealed))
    assert kept is not None
    assert key.unseal(kept, "h") == b"canary-canary"


async def test_a_record_is_neither_changed_nor_deleted(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(insert(records).values(RECORD))
    for statement in (update(records).values(body="[]"), delete(records)):
        with pytest.raises(IntegrityError, match="the journal is append-only"):
            async with database.transaction() as connection:
                await connection.execute(statement)
    async with database.reading() as connection:
        found = [dict(row) for row in (await connection.execute(select(records))).mappings()]
    assert found == [{"seq": 1, "pool_id": None, "pool_name": None, **RECORD}]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (grants, GRANT | {"calls": 3}),
        (grants, GRANT | {"calls": -1}),
        (grants, GRANT | {"pool_name": "p"}),
        (grants, GRANT | {"pool_id": None}),
        (grants, GRANT | {"max_identities": 1, "identities": 2}),
        (approvals, APPROVAL | {"kind": "wish"}),
        (approvals, APPROVAL | {"status": "maybe"}),
        (records, RECORD | {"kind": "done"}),
    ],
)
async def test_what_is_out_of_bounds_is_refused(database: Database, table: Any, row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="CHECK constraint failed"):
        async with database.transaction() as connection:
            await connection.execute(insert(table).values(row))


async def test_what_is_within_bounds_is_kept(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(insert(grants).values(GRANT | {"calls": 2}))
        await connection.execute(
            insert(grants).values(
                GRANT | {"id": "h", "pool_id": None, "pool_name": "p", "max_identities": 1, "identities": 1}
            )
        )
        await connection.execute(insert(approvals).values(APPROVAL))


def test_the_tests_of_modes_hold_something(tmp_path: Path) -> None:
    """Where nothing makes this user heed modes, the test above would pass for a wrong reason."""
    file = tmp_path / "file"
    file.touch(0o400)
    if POWERLESS and shutil.which(POWERLESS[0]) is None:
        pytest.skip("root may write everything, and there is no setpriv here")
    tried = subprocess.run((*POWERLESS, "sh", "-c", 'echo x > "$0"', str(file)), capture_output=True, check=False)  # noqa: S603 - our own
    assert tried.returncode != 0
