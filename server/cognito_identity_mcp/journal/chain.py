"""The chain of records: appending to it, and finding where it was tampered with.

Each record carries the hash of the one before it. An edit, a gap, another order and a record that was slipped in break
the chain; what was cut off at the end shows in SQLite's own count of the records ever made, and a head that was noted
elsewhere shows even a chain that was written anew. Whoever may write the file can do that: the chain tells honest
people that something was changed, it does not stop anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import anyio.to_thread
from sqlalchemy import Double, LargeBinary, Row, cast, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from cognito_identity_mcp.journal.records import GENESIS, Kind, Record
from cognito_identity_mcp.storage.tables import records

_BATCH = 200
"""Records in memory at once."""

_EVER_MADE = text("SELECT seq FROM sqlite_sequence WHERE name = 'records'")
"""SQLite counts on although the last rows are deleted (https://www.sqlite.org/autoinc.html)."""

_TEXTS = (records.c.change_id, records.c.kind, records.c.body, records.c.previous, records.c.hash)


@dataclass(frozen=True)
class Verification:
    """`records` were found in order, the last of them with the hash `head`; `problem` says what is wrong after them.

    `outcomes` of them are the second record of a change: what went out has one for the intent and one for the outcome.
    `bad_seq` is the number of the first record that is wrong or missing; None also where only a noted head is missing.
    """

    records: int
    head: str
    bad_seq: int | None = None
    problem: str | None = None
    outcomes: int = 0

    @property
    def holds(self) -> bool:
        return self.problem is None


@dataclass(frozen=True)
class _Walk:
    """How far the chain was followed. `seq` is the number of the last good record."""

    seq: int
    verification: Verification
    head_wanted: str | None


async def append(connection: AsyncConnection, change_id: str, kind: Kind, at: float, body: str) -> None:
    """Adds a record; inside `Database.transaction`."""
    # Counted on from all records ever made: after a cut at the end, the gap stays to be seen.
    seq = await _ever_made(connection) + 1
    last = select(records.c.hash).order_by(records.c.seq.desc()).limit(1)
    previous = await connection.scalar(last) or GENESIS
    record = Record(seq, change_id, kind, float(at), body, previous)
    await connection.execute(insert(records).values(asdict(record) | {"hash": record.hash}))


async def verify(connection: AsyncConnection, head: str | None) -> Verification:
    """Follows the chain to its end or its first bad record, a batch at a time; inside `Database.reading`."""
    walk = _Walk(0, Verification(0, GENESIS), None if head == GENESIS else head)
    while walk.verification.holds:
        rows = await _batch(connection, walk.seq)
        if not rows:
            return _end(walk, await _ever_made(connection))
        walk = await anyio.to_thread.run_sync(_followed, walk, rows)
    return walk.verification


async def _ever_made(connection: AsyncConnection) -> int:
    return int(await connection.scalar(_EVER_MADE) or 0)


async def _batch(connection: AsyncConnection, after: int) -> Sequence[Row[Any]]:
    # Cast, since a damaged text need not be UTF-8 any more, nor a time a number.
    at = cast(records.c.at, Double).label("at")
    texts = [cast(column, LargeBinary).label(column.name) for column in _TEXTS]
    query = select(records.c.seq, at, *texts).where(records.c.seq > after).order_by(records.c.seq)
    return (await connection.execute(query.limit(_BATCH))).all()


def _followed(walk: _Walk, rows: Sequence[Row[Any]]) -> _Walk:
    for row in rows:
        record, found = _record(row)
        problem = _problem(walk, record, found)
        if problem is not None:
            return replace(walk, verification=replace(walk.verification, bad_seq=walk.seq + 1, problem=problem))
        so_far = walk.verification
        outcomes = so_far.outcomes + (record.kind == "finished")
        good = Verification(so_far.records + 1, found, outcomes=outcomes)
        walk = _Walk(record.seq, good, None if walk.head_wanted == found else walk.head_wanted)
    return walk


def _record(row: Row[Any]) -> tuple[Record, str]:
    """The record in a row, and the hash that stands beside it."""
    texts = [bytes(getattr(row, column.name)).decode("utf-8", "surrogateescape") for column in _TEXTS]
    change_id, kind, body, previous, found = texts
    return Record(row.seq, change_id, kind, row.at, body, previous), found


def _problem(walk: _Walk, record: Record, found: str) -> str | None:
    expected = walk.seq + 1
    if record.seq != expected:
        return f"Record {expected} is missing."
    if record.previous != walk.verification.head:
        return f"Record {expected} does not follow the record before it."
    return None if record.hash == found else f"Record {expected} was changed."


def _end(walk: _Walk, ever_made: int) -> Verification:
    found = walk.verification
    if ever_made != walk.seq:
        problem = f"Records {walk.seq + 1} to {ever_made} are missing at the end."
        return replace(found, bad_seq=walk.seq + 1, problem=problem)
    if walk.head_wanted is not None:
        return replace(found, problem="The noted head is in no record: the journal was cut or written anew.")
    return found
