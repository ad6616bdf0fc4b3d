"""Grants: consent given ahead of time, within bounds that a human sets: operations, pool, number of calls, expiry.

Spending one is a single conditional update: a grant never lets more calls through than it says, whoever calls at once.
"""

from __future__ import annotations

import fnmatch
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, update

from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.assessment.wording import counted
from cognito_identity_mcp.callers import Caller
from cognito_identity_mcp.confirmation.approvals import new_id
from cognito_identity_mcp.confirmation.matter import Matter
from cognito_identity_mcp.journal import journal
from cognito_identity_mcp.journal.queries import names
from cognito_identity_mcp.journal.records import Attempt, Decision, Evidence, Opening
from cognito_identity_mcp.policy.decision import Verdict
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.expiry import NOW, Timed
from cognito_identity_mcp.storage.tables import grants
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

REMEMBERED_FOR = 7 * 86_400.0
"""Seconds for which an expired grant is named where it would have helped."""

LONGEST = 30 * 86_400.0
"""Seconds a grant can hold."""


@dataclass(frozen=True)
class Bounds:
    """What a grant allows. One of `pool_id` and `pool_name` (a pattern, as `ci-*`) is set; times are Unix seconds.

    `max_identities` bounds the identities that are deleted, summed over all calls; `account` is None where STS could
    not name it.
    """

    operations: frozenset[str]
    place: str
    region: str
    expires_at: float
    max_calls: int
    pool_id: str | None = None
    pool_name: str | None = None
    max_identities: int | None = None
    account: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Grant:
    """One row, with what was spent of it."""

    id: str
    bounds: Bounds
    created_at: float
    created_by: str
    calls: int = 0
    identities: int = 0
    revoked_at: float | None = None
    revoked_by: str | None = None
    has_expired: bool = False

    def objection(self, matter: Matter) -> str | None:
        """Why this grant does not cover a call, as far as it alone tells; None if it does. See `Grants.objection`."""
        pool, wanted = matter.pool, {step.operation.name for step in matter.steps}
        if (self.bounds.place, self.bounds.region) != (matter.target.place, matter.target.region):
            return f"it holds for {self.bounds.place}, {self.bounds.region}"
        if self._is_of_another_account(matter):
            return f"it holds for account {self.bounds.account}"
        if not wanted <= self.bounds.operations:
            return f"it does not name {', '.join(sorted(wanted - self.bounds.operations))}"
        if pool is None:
            return "which pool the call is about is not known"
        return self._objection_to(pool)

    def renamed(self, names: Mapping[str, float]) -> bool:
        """Whether a pool of these names, each with the last time, had one since the grant that is not granted.

        A pool that was given a fitting name after the grant is not one that the human had in mind.
        """
        return any(at >= self.created_at and not self._fits(name) for name, at in names.items())

    def shortfall(self, calls: int, identities: int) -> str | None:
        """What ended this grant, or is not left of it for a call that costs so much; None if it is enough."""
        if self.revoked_at is not None or self.has_expired:
            return "was revoked" if self.revoked_at is not None else "has expired"
        left = {"call": (self.bounds.max_calls - self.calls, calls)}
        if self.bounds.max_identities is not None:
            left["identity"] = (self.bounds.max_identities - self.identities, identities)
        return next((_lacking(what, has, needs) for what, (has, needs) in left.items() if has < needs), None)

    def _is_of_another_account(self, matter: Matter) -> bool:
        """Unsigned calls have no account: they go to that of their pool, and a grant for one pool names it by that."""
        if self.bounds.pool_id is not None and not any(step.operation.signed for step in matter.steps):
            return False
        return self.bounds.account not in (None, matter.caller.account)

    def _objection_to(self, pool: Pool) -> str | None:
        if self.bounds.pool_id is not None:
            return None if pool.id == self.bounds.pool_id else f"it holds for pool {self.bounds.pool_id}"
        fits = pool.name is not None and self._fits(pool.name)
        return None if fits else f"it holds for pools named {self.bounds.pool_name}"

    def _fits(self, name: str) -> bool:
        return fnmatch.fnmatchcase(name, self.bounds.pool_name or "")


def _lacking(what: str, has: int, needs: int) -> str:
    plural = {"call": "calls", "identity": "identities"}[what]
    return "is used up" if has == 0 else f"has {counted(has, what, plural)} left of the {needs} that this takes"


class Grants:
    """The table of grants. Every method raises `StorageUnavailable` when the database cannot be used."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._timed = Timed(database, clock)

    async def add(self, bounds: Bounds, by: str) -> Grant:
        """Makes a grant, on record."""
        values = {**vars(bounds), "operations": json.dumps(sorted(bounds.operations))}
        adding = insert(grants).values(id=new_id(), created_at=NOW, created_by=by, **values)
        async with self._timed.transaction() as connection:
            added = _grant((await connection.execute(adding.returning(*_COLUMNS))).one())
            await self._put_on_record(connection, added, "granted", by)
        return added

    async def spend(self, matter: Matter) -> Grant | None:
        """Takes the call from the first grant that covers it and has enough left; None if there is none."""
        calls, identities = _cost(matter)
        for grant in await self._select(_HOLDS):
            if await self.objection(grant, matter) is None and await self._take(grant.id, calls, identities):
                return grant
        return None

    async def shortfall(self, matter: Matter) -> str | None:
        """A sentence on the newest grant that would cover a call if more were left of it; None if there is none.

        One that ended more than `REMEMBERED_FOR` ago does not count.
        """
        for grant in await self._select(grants.c.expires_at > NOW - REMEMBERED_FOR):
            lacks = grant.shortfall(*_cost(matter))
            if lacks is not None and await self.objection(grant, matter) is None:
                return f"Grant {grant.id} would cover it, but {lacks}."
        return None

    async def objection(self, grant: Grant, matter: Matter) -> str | None:
        """Why a grant does not cover a call; None if it does. Spending checks expiry and what is left.

        The record is looked at only where a grant by name depends on it.
        """
        found, pool = grant.objection(matter), matter.pool
        if found is not None or grant.bounds.pool_name is None or pool is None or not pool.id:
            return found
        async with self._database.reading() as connection:
            renamed = grant.renamed(await names(connection, pool.id))
        return "the pool had another name when it was granted" if renamed else None

    async def revoke(self, grant_id: str, by: str) -> bool:
        """Ends a grant, on record; false if it does not exist or was ended before."""
        row = and_(grants.c.id == grant_id, grants.c.revoked_at.is_(None))
        async with self._timed.transaction() as connection:
            ended = await _moved(connection, row, {"revoked_at": NOW, "revoked_by": by})
            if ended is not None:
                await self._put_on_record(connection, ended, "revoked", by)
        return ended is not None

    async def latest(self, *, all_of_them: bool = False) -> list[Grant]:
        """The newest first: those with something left, or all."""
        return await self._select(grants.c.id.is_not(None) if all_of_them else _HOLDS)

    async def _take(self, grant_id: str, calls: int, identities: int) -> bool:
        enough = and_(
            grants.c.calls + calls <= grants.c.max_calls,
            or_(grants.c.max_identities.is_(None), grants.c.identities + identities <= grants.c.max_identities),
        )
        spent = {"calls": grants.c.calls + calls, "identities": grants.c.identities + identities}
        async with self._timed.transaction() as connection:
            return await _moved(connection, and_(grants.c.id == grant_id, enough, _HOLDS), spent) is not None

    async def _put_on_record(self, connection: AsyncConnection, grant: Grant, decided: Decision, by: str) -> None:
        opening = Opening(_attempt(grant, decided, by), decided=decided)
        await journal.begun(connection, "decided", self._timed.clock(), opening)

    async def _select(self, condition: ColumnElement[bool]) -> list[Grant]:
        query = select(*_COLUMNS).where(condition).order_by(grants.c.created_at.desc())
        async with self._timed.transaction() as connection:
            rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
        return [_grant(row) for row in rows]


_COLUMNS = (*grants.c, (grants.c.expires_at <= NOW).label("has_expired"))

_HOLDS = and_(grants.c.revoked_at.is_(None), grants.c.expires_at > NOW, grants.c.calls < grants.c.max_calls)


async def _moved(connection: AsyncConnection, row: ColumnElement[bool], values: dict[str, Any]) -> Grant | None:
    """One conditional update; the row as it is now, None if no row was in that state."""
    result = await connection.execute(update(grants).where(row).values(**values).returning(*_COLUMNS))
    found = result.one_or_none()
    return None if found is None else _grant(found)


def _attempt(grant: Grant, decided: Decision, by: str) -> Attempt:
    """A grant as the record shows it: the calls that it allows, the pool or the pattern of names, and its bounds."""
    bounds, operations = grant.bounds, ", ".join(sorted(grant.bounds.operations))
    command, meaning = _SAID[decided]
    return Attempt(
        tool=command,
        operation=operations,
        request={**_request(bounds), "spent": {"calls": grant.calls, "identities": grant.identities}},
        place=bounds.place,
        region=bounds.region,
        caller=Caller(),
        effect=max((OPERATIONS[name].effect for name in bounds.operations), key=list(Effect).index),
        verdict=Verdict.CONFIRM,
        rule=f"{operations} {meaning}",
        evidence=Evidence("grant", grant.id, None, by),
        pool=Pool(bounds.pool_id or "", bounds.pool_name),
        fingerprint=None,
    )


def _request(bounds: Bounds) -> dict[str, Any]:
    """The bounds, the end in RFC 3339, without what is open and what every record has."""
    until = datetime.fromtimestamp(bounds.expires_at, UTC).isoformat(timespec="seconds")
    given = {**vars(bounds), "operations": sorted(bounds.operations), "expires_at": until}
    return {name: value for name, value in given.items() if name not in {"place", "region"} and value not in (None, "")}


_SAID: Mapping[Decision, tuple[str, str]] = MappingProxyType(
    {
        "granted": ("grants add", "allowed ahead of time"),
        "revoked": ("grants revoke", "no longer allowed ahead of time"),
    }
)
"""By what a person decided: with which command, and what it means for calls to come."""


def _cost(matter: Matter) -> tuple[int, int]:
    """Calls and identities."""
    ids = [getattr(step.request, "identity_ids_to_delete", ()) for step in matter.steps]
    return len(matter.steps), sum(map(len, ids))


def _grant(row: Row[Any]) -> Grant:
    bounds = Bounds(
        operations=frozenset(json.loads(row.operations)),
        place=row.place,
        region=row.region,
        expires_at=row.expires_at,
        max_calls=row.max_calls,
        pool_id=row.pool_id,
        pool_name=row.pool_name,
        max_identities=row.max_identities,
        account=row.account,
        note=row.note,
    )
    return Grant(
        row.id,
        bounds,
        row.created_at,
        row.created_by,
        row.calls,
        row.identities,
        row.revoked_at,
        row.revoked_by,
        has_expired=row.has_expired,
    )
