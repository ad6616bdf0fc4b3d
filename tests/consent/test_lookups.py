"""What a gated call costs does not grow with the record: SQLite finds everything by an index."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tests.interaction.clients import fail, succeed

from .test_grants import CALL, bounds, granted

PLANNED = {"SELECT", "WITH", "UPDATE", "DELETE", "INSERT"}
NEWEST = "ORDER BY records.seq DESC"
"""The end of the record: read from there, one row."""


@contextmanager
def plans() -> Generator[dict[str, list[str]]]:
    """How SQLite carries out each statement of the block."""
    found: dict[str, list[str]] = {}

    def plan(_: object, cursor: Any, statement: str, parameters: Any, *__: object) -> None:
        if statement.split()[0] in PLANNED:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found[statement] = [str(row[-1]) for row in cursor.fetchall()]

    event.listen(Engine, "before_cursor_execute", plan)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", plan)


async def test_no_gated_call_goes_through_the_records_or_the_questions(tmp_path: Path) -> None:
    by_name = bounds(pool_id=None, pool_name="pool *")
    async with granted(tmp_path / "state", by_name) as (client, _, _):
        with plans() as found:
            await succeed(client, *CALL)
            await fail(client, *CALL)
    whole = ("SCAN records", "SCAN approvals")
    assert [sql for sql, plan in found.items() if NEWEST not in sql and any(line in whole for line in plan)] == []
    assert "records_by_pool" in str(found)


async def test_the_record_is_not_looked_at_where_no_grant_by_name_may_cover_the_call(tmp_path: Path) -> None:
    others = (bounds(), bounds(pool_id=None, pool_name="ci-*"))
    async with granted(tmp_path / "state", *others) as (client, _, _):
        with plans() as found:
            await succeed(client, *CALL)
            await fail(client, *CALL)
    assert "records_by_pool" not in str(found)
