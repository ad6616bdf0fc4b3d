"""Reading changes out of the records: one row for a change, with its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from cognito_identity_mcp.journal.changes import Change, Filters, JournalDamaged, NoSuchChange
from cognito_identity_mcp.journal.records import DONE, OUTCOME_UNKNOWN, opening, outcome
from cognito_identity_mcp.storage.tables import records

_first = records.alias("first")
_end = records.alias("finished")


@dataclass(frozen=True)
class Moment:
    """When the records are read, in Unix seconds, and which of their writers were gone before that."""

    at: float
    gone: frozenset[str] = frozenset()


async def find(connection: AsyncConnection, change_id: str, moment: Moment) -> Change:
    """Raises:
    NoSuchChange, JournalDamaged.
    """
    row = (await connection.execute(_changes(moment).where(_first.c.change_id == change_id))).first()
    if row is None:
        raise NoSuchChange(change_id)
    return _change(row)


async def page(
    connection: AsyncConnection, limit: int, before: str | None, filters: Filters, moment: Moment
) -> list[Change]:
    """The newest first. Raises as `find`."""
    query = _changes(moment).where(*_conditions(filters, moment)).order_by(_first.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(_first.c.seq < await _seq(connection, before))
    return [_change(row) for row in await connection.execute(query)]


async def unfinished(connection: AsyncConnection, moment: Moment) -> list[Change]:
    """The oldest first. Raises as `find`."""
    query = _changes(moment).where(_first.c.kind == "intended", _end.c.seq.is_(None)).order_by(_first.c.seq)
    return [_change(row) for row in await connection.execute(query)]


async def undone_by(connection: AsyncConnection, change_id: str, moment: Moment) -> str | None:
    """The id of the newest change that took this one back and was not taken back itself.

    None also where the last step of taking it back failed, or nobody knows what came of it: it may be half undone.
    """
    undoes = _member(_first.c.body, "attempt", "undoes").as_string()
    sent = _changes(moment).where(undoes == change_id, _first.c.kind == "intended").order_by(_first.c.seq.desc())
    for row in (await connection.execute(sent)).all():
        if row.state != "done":
            return None
        if await undone_by(connection, row.change_id, moment) is None:
            return str(row.change_id)
    return None


async def names(connection: AsyncConnection, pool_id: str) -> dict[str, float]:
    """The names that calls found a pool to have, or gave it, each with the last time.

    Of all records, however many there are: a name must not be forgotten because much happened after it. Costs a look
    into the index for each name, not for each record.
    """
    name = _names(pool_id).c.name
    last = _of_pool(func.max(records.c.at), pool_id, records.c.pool_name == name)
    return {row[0]: row[1] for row in await connection.execute(select(name, last).where(name.is_not(None)))}


def _names(pool_id: str) -> CTE:
    """One name after the other in the order of the index, and NULL at the end."""
    least = func.min(records.c.pool_name)
    found = select(_of_pool(least, pool_id).label("name")).cte("names", recursive=True)
    after = _of_pool(least, pool_id, records.c.pool_name > found.c.name)
    return found.union_all(select(after).where(found.c.name.is_not(None)))


def _of_pool(value: ColumnElement[Any], pool_id: str, *more: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(value).where(records.c.pool_id == pool_id, *more).scalar_subquery()


async def writers_awaited(connection: AsyncConnection, moment: Moment) -> set[str]:
    """Those with an intent that has no outcome and is not overdue."""
    ended = select(_end.c.seq).where(_end.c.change_id == _first.c.change_id, _end.c.kind == "finished").exists()
    query = select(_writer()).where(_first.c.kind == "intended", _is_due_later(moment), ~ended)
    return set(await connection.scalars(query))


async def kinds(connection: AsyncConnection, change_id: str) -> list[str]:
    """The kinds of a change's records, in order."""
    query = select(records.c.kind).where(records.c.change_id == change_id).order_by(records.c.seq)
    return list(await connection.scalars(query))


async def _seq(connection: AsyncConnection, change_id: str) -> int:
    seq = await connection.scalar(select(func.min(records.c.seq)).where(records.c.change_id == change_id))
    if seq is None:
        raise NoSuchChange(change_id)
    return int(seq)


def _changes(moment: Moment) -> Select[*tuple[Any, ...]]:
    ended = and_(_end.c.change_id == _first.c.change_id, _end.c.kind == "finished")
    columns = (
        _first.c.change_id,
        _first.c.at,
        _first.c.body,
        _end.c.at.label("end_at"),
        _end.c.body.label("end_body"),
        _state(moment).label("state"),
    )
    return select(*columns).select_from(_first.outerjoin(_end, ended)).where(_first.c.kind != "finished")


def _state(moment: Moment) -> ColumnElement[str]:
    """A `State`; here alone stands what each means."""
    code = _member(_end.c.body, "code").as_string()
    return case(
        (_first.c.kind == "refused", literal("refused")),
        (_first.c.kind == "decided", _member(_first.c.body, "decided").as_string()),
        (and_(_end.c.seq.is_(None), _is_awaited(moment)), literal("under way")),
        (_end.c.seq.is_(None), literal("unknown")),
        (code == OUTCOME_UNKNOWN, literal("unknown")),
        (code == DONE, literal("done")),
        else_=literal("failed"),
    )


def _is_awaited(moment: Moment) -> ColumnElement[bool]:
    """Whether an intent's outcome may still come. A writer without a name is not known to be gone."""
    writer = _writer()
    runs = or_(writer.is_(None), writer.not_in(moment.gone))
    return and_(_is_due_later(moment), runs)


def _is_due_later(moment: Moment) -> ColumnElement[bool]:
    later: ColumnElement[bool] = _member(_first.c.body, "due").as_float() >= moment.at
    return later


def _writer() -> ColumnElement[str]:
    writer: ColumnElement[str] = _member(_first.c.body, "writer").as_string()
    return writer


def _conditions(filters: Filters, moment: Moment) -> list[ColumnElement[bool]]:
    wanted = {_member(_first.c.body, "attempt", "tool").as_string(): filters.tool, _state(moment): filters.state}
    conditions = [value == expected for value, expected in wanted.items() if expected is not None]
    if filters.pool_id is not None:
        about = select(records.c.change_id).where(records.c.pool_id == filters.pool_id)
        conditions.append(_first.c.change_id.in_(about))
    return conditions


def _member(body: ColumnElement[str], *path: str) -> Any:
    """A member of a body; of one that is no JSON any more, that of an empty object."""
    readable = case((func.json_valid(body), body), else_=literal("{}"))
    return type_coerce(readable, JSON)[path]


def _change(row: Row[Any]) -> Change:
    try:
        first = opening(row.body)
        end = None if row.end_body is None else outcome(row.end_body)
    except ValidationError as error:
        raise JournalDamaged(row.change_id) from error
    return Change(
        id=row.change_id,
        at=row.at,
        state=row.state,
        attempt=first.attempt,
        refusal=first.refusal,
        outcome=end,
        finished_at=row.end_at,
        due=first.due,
    )
