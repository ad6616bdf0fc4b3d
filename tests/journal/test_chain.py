"""The chain: whatever writers append verifies, and whatever is tampered with is found."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from cognito_identity_mcp.journal.chain import Verification
from cognito_identity_mcp.journal.changes import JournalDamaged
from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.journal.records import GENESIS
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_mcp.storage.folder import StateFolder

from .attempts import DELETING, DENIED, LISTING, OK

Row = tuple[Any, ...]
COLUMNS = ("change_id", "kind", "at", "body", "previous", "hash")
READ = "SELECT seq, change_id, kind, at, body, previous, hash FROM records ORDER BY seq"
LAYOUT = "CREATE TABLE records (seq INTEGER PRIMARY KEY AUTOINCREMENT, change_id, kind, at REAL, body, previous, hash)"
LENGTH = 7


async def verified(folder: StateFolder, head: str | None = None) -> Verification:
    database = Database(folder)
    try:
        return await Journal(database).verify(head)
    finally:
        await database.aclose()


def written_anew(folder: StateFolder, rows: list[Row], ever_made: int) -> None:
    """The table as somebody leaves it who can write the file and is bound by nothing."""
    with closing(sqlite3.connect(folder.database)) as connection:
        connection.execute("DROP TABLE records")
        connection.execute(LAYOUT)
        connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("DELETE FROM sqlite_sequence WHERE name = 'records'")
        connection.execute("INSERT INTO sqlite_sequence VALUES ('records', ?)", (ever_made,))
        connection.commit()


def read(folder: StateFolder) -> list[Row]:
    with closing(sqlite3.connect(folder.database)) as connection:
        return connection.execute(READ).fetchall()


async def _filled(folder: StateFolder) -> None:
    database = Database(folder)
    journal = Journal(database)
    for outcome in (OK, DENIED):
        await journal.finished(await journal.intended(DELETING), outcome)
    await journal.intended(DELETING)
    for _ in range(2):
        await journal.refused(LISTING, "No", "no")
    await database.aclose()


@pytest.fixture(scope="module")
def whole() -> Iterator[tuple[StateFolder, list[Row]]]:
    """A folder whose journal may be written anew, and the rows of the true one."""
    with tempfile.TemporaryDirectory() as path:
        folder = StateFolder.at(Path(path) / "state")
        asyncio.run(_filled(folder))
        rows = read(folder)
        assert len(rows) == LENGTH
        yield folder, rows


async def test_an_empty_journal_holds(journal: Journal) -> None:
    assert await journal.verify() == await journal.verify(GENESIS) == Verification(0, GENESIS)


@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_several_writers_append_is_whole_and_every_earlier_head_is_in_it(data: st.DataObject) -> None:
    """Intents, outcomes and refusals of three writers with a database of their own each, in any order and at once."""
    rounds = data.draw(st.lists(st.lists(st.sampled_from(["refuse", "intend", "finish"]), max_size=3), max_size=4))
    with tempfile.TemporaryDirectory() as path:
        asyncio.run(_write(StateFolder.at(Path(path)), rounds))


async def _write(folder: StateFolder, rounds: list[list[str]]) -> None:
    databases = [Database(folder) for _ in range(3)]
    journals = [Journal(database) for database in databases]
    waiting: list[str] = []
    heads, appended = [GENESIS], 0

    async def act(journal: Journal, action: str) -> int:
        if action == "refuse":
            await journal.refused(LISTING, "No", "no")
        elif action == "intend":
            waiting.append(await journal.intended(DELETING))
        elif waiting:
            await journal.finished(waiting.pop(), OK)
        else:
            return 0
        return 1

    for actions in rounds:
        appended += sum(await asyncio.gather(*map(act, journals, actions)))
        found = await journals[0].verify()
        assert (found.holds, found.records) == (True, appended)
        heads.append(found.head)
    assert all([(await journals[1].verify(head)).holds for head in heads])
    assert {change.id for change in await journals[2].unfinished()} == set(waiting)
    for database in databases:
        await database.aclose()


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_bit_that_changes_is_found(whole: tuple[StateFolder, list[Row]], data: st.DataObject) -> None:
    folder, rows = whole
    number = data.draw(st.integers(0, LENGTH - 1))
    column = data.draw(st.sampled_from([1, 2, 4, 5, 6]))
    value = rows[number][column].encode()
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    flipped = bytearray(value)
    flipped[bit // 8] ^= 1 << bit % 8
    changed = [list(row) for row in rows]
    changed[number][column] = bytes(flipped)
    written_anew(folder, [tuple(row) for row in changed], LENGTH)
    found = asyncio.run(verified(folder))
    # A changed hash shows in its own record, since that is computed anew.
    assert (found.holds, found.bad_seq, found.records) == (False, number + 1, number)


@given(st.integers(0, LENGTH - 1), st.floats(allow_nan=False))
@settings(max_examples=40, deadline=None)
def test_any_other_time_is_found(whole: tuple[StateFolder, list[Row]], number: int, at: float) -> None:
    folder, rows = whole
    changed = list(rows)
    changed[number] = (*rows[number][:3], at, *rows[number][4:])
    written_anew(folder, changed, LENGTH)
    assert asyncio.run(verified(folder)).bad_seq == number + 1


@given(st.sets(st.integers(1, LENGTH), min_size=1))
@settings(max_examples=40, deadline=None)
def test_any_gap_is_found_also_at_the_end(whole: tuple[StateFolder, list[Row]], missing: set[int]) -> None:
    folder, rows = whole
    written_anew(folder, [row for row in rows if row[0] not in missing], LENGTH)
    found = asyncio.run(verified(folder))
    assert (found.holds, found.bad_seq, found.records) == (False, min(missing), min(missing) - 1)


@given(st.permutations(range(LENGTH)))
@settings(max_examples=40, deadline=None)
def test_any_other_order_is_found(whole: tuple[StateFolder, list[Row]], order: list[int]) -> None:
    folder, rows = whole
    written_anew(folder, [(seq, *rows[number][1:]) for seq, number in enumerate(order, 1)], LENGTH)
    found = asyncio.run(verified(folder))
    moved = [seq for seq, number in enumerate(order, 1) if number != seq - 1]
    assert found.bad_seq == (min(moved) if moved else None)
    assert found.holds is not bool(moved)


async def test_a_cut_that_leaves_no_trace_is_found_by_a_noted_head(whole: tuple[StateFolder, list[Row]]) -> None:
    folder, rows = whole
    written_anew(folder, rows[:-2], LENGTH - 2)
    assert (await verified(folder, rows[3][6])).holds
    cut = await verified(folder, rows[-1][6])
    assert cut == Verification(
        LENGTH - 2, rows[-3][6], None, "The noted head is in no record: the journal was cut or written anew.", 2
    )


async def test_what_is_appended_after_a_cut_does_not_hide_it(whole: tuple[StateFolder, list[Row]]) -> None:
    folder, rows = whole
    written_anew(folder, rows[:-2], LENGTH)
    database = Database(folder)
    await Journal(database).refused(LISTING, "No", "no")
    await database.aclose()
    assert await verified(folder) == Verification(
        LENGTH - 2, rows[-3][6], LENGTH - 1, f"Record {LENGTH - 1} is missing.", 2
    )


@pytest.mark.parametrize("body", ["{}", "[]", "{", b"\xff", b"\0"])
async def test_a_record_that_cannot_be_read_is_told(whole: tuple[StateFolder, list[Row]], body: str | bytes) -> None:
    folder, rows = whole
    written_anew(folder, [*rows[:-1], (*rows[-1][:4], body, *rows[-1][5:])], LENGTH)
    database = Database(folder)
    journal = Journal(database)
    for reading in (journal.change(rows[-1][1]), journal.changes(5)):
        with pytest.raises((JournalDamaged, StorageUnavailable)):
            await reading
    assert (await journal.verify()).bad_seq == LENGTH
    await database.aclose()


async def test_more_records_than_fit_into_one_batch_are_followed(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cognito_identity_mcp.journal.chain._BATCH", 4)
    for _ in range(10):
        await journal.refused(LISTING, "No", "no")
    assert (await journal.verify()).records == 10
