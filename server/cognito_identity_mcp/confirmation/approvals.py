"""Questions and their answers, in the database: what was asked, what a human decided, what was used up.

A question is `pending` until it is answered. A yes given through the client is `used` in the same step; one given in
the terminal is `approved` until the repeated call uses it. Each step is one conditional update, so that of many who try
only one succeeds.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, or_, select, update

from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.callers import Caller
from cognito_identity_mcp.journal import journal
from cognito_identity_mcp.journal.records import Attempt, Decision, Evidence, Opening
from cognito_identity_mcp.policy.decision import Verdict
from cognito_identity_mcp.settings import ANSWER_HOLDS_FOR
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.expiry import NOW, Timed
from cognito_identity_mcp.storage.tables import approvals
from cognito_identity_tools.operation import Effect

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

REQUEST_HOLDS_FOR = 86_400.0
"""Seconds for which a human can approve outside the conversation."""

APPROVAL_HOLDS_FOR = 3_600.0
"""Seconds between such an approval and the call that uses it."""

KEPT_FOR = 30 * 86_400.0
"""Seconds for which an expired row stays to be looked at; the journal keeps what came of it."""

UNANSWERED_KEPT_FOR = 86_400.0
"""The same for a question that nobody answered: nothing came of it."""

MOST_OPEN = 20
"""Questions of one principal that may wait for an answer at once: more would be agreed to unread."""

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class Status(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    USED = "used"


class Kind(StrEnum):
    ELICITATION = "elicitation"
    """Asked through the client."""
    APPROVAL = "approval"
    """To be decided in a terminal, because the client cannot ask."""


@dataclass(frozen=True)
class Subject:
    """What an approval is for: `matter` digests steps, target and principal; `fingerprint` is of the state.

    `facts` are for listings; its `principal` is who asks, and `in_terminal` that the terminal of the call does.
    """

    tool: str
    matter: str
    fingerprint: str
    question: str
    typed: str | None
    facts: dict[str, Any]


@dataclass(frozen=True)
class Approval:
    """One row. Times are Unix seconds."""

    id: str
    kind: Kind
    status: Status
    subject: Subject
    created_at: float
    expires_at: float
    decided_at: float | None
    decided_by: str | None
    used_at: float | None


class TooManyOpen(Exception):
    """`MOST_OPEN` questions of the principal wait already, so that one more was not put."""


class Approvals:
    """The table of approvals. Every method raises `StorageUnavailable` when the database cannot be used."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._timed = Timed(database, clock)

    async def asked(self, subject: Subject) -> str:
        """Records a question that is about to be asked through the client; returns its id.

        Raises:
            TooManyOpen: it must not be asked.
        """
        async with self._timed.transaction() as connection:
            return (await _insert(connection, Kind.ELICITATION, subject, ANSWER_HOLDS_FOR)).id

    async def requested(self, subject: Subject) -> Approval:
        """The request for a decision outside the conversation: the open one about the same, or a new one.

        Raises:
            TooManyOpen: there is none, and none was made.
        """
        undecided = approvals.c.status.in_([Status.PENDING, Status.DENIED])
        outside = and_(_about(subject), approvals.c.kind == Kind.APPROVAL, undecided, _HOLDS)
        async with self._timed.transaction() as connection:
            found = await _select(connection, outside, limit=1)
            return found[0] if found else await _insert(connection, Kind.APPROVAL, subject, REQUEST_HOLDS_FOR)

    async def accepted(self, approval_id: str, subject: Subject) -> bool:
        """Uses up a yes that came through the client; false if that was done before, or it is about something else."""
        row = and_(approvals.c.id == approval_id, approvals.c.status == Status.PENDING, _about(subject))
        return await self._used(row) is not None

    async def refused(self, approval_id: str, by: str) -> None:
        """Records that no yes came through the client; for a day a human can still give one in a terminal."""
        await self._move(
            and_(approvals.c.id == approval_id, approvals.c.status == Status.PENDING),
            status=Status.DENIED,
            decided_at=NOW,
            decided_by=by,
            expires_at=NOW + REQUEST_HOLDS_FOR,
        )

    async def take(self, subject: Subject) -> Approval | None:
        """Uses up an approval that was given outside the conversation for exactly this, if there is one."""
        one = (
            select(approvals.c.id)
            .where(_about(subject), approvals.c.status == Status.APPROVED, _HOLDS)
            .order_by(approvals.c.decided_at)
            .limit(1)
            .scalar_subquery()
        )
        return await self._used(and_(approvals.c.id == one, approvals.c.status == Status.APPROVED))

    async def outdated(self, subject: Subject) -> Approval | None:
        """An unused approval for the same call, given for another state."""
        other = and_(approvals.c.matter == subject.matter, approvals.c.fingerprint != subject.fingerprint)
        holds = and_(other, approvals.c.status == Status.APPROVED, _HOLDS)
        async with self._timed.transaction() as connection:
            found = await _select(connection, holds, limit=1)
        return found[0] if found else None

    async def approve(self, approval_id: str, by: str) -> bool:
        """Decides yes, on record; false if it can no longer be decided."""
        waiting = approvals.c.status.in_([Status.PENDING, Status.DENIED])
        return await self._decide(approval_id, waiting, "approved", by, APPROVAL_HOLDS_FOR)

    async def deny(self, approval_id: str, by: str) -> bool:
        """Decides no, or takes an approval back that was not used, on record; false if it can no longer be decided."""
        open_ = approvals.c.status.in_([Status.PENDING, Status.APPROVED])
        return await self._decide(approval_id, open_, "denied", by, REQUEST_HOLDS_FOR)

    async def find(self, approval_id: str) -> Approval | None:
        """One approval, whatever its state."""
        async with self._database.reading() as connection:
            found = await _select(connection, approvals.c.id == approval_id, limit=1)
        return found[0] if found else None

    async def latest(self, limit: int, *, all_of_them: bool = False) -> list[Approval]:
        """The newest first: those that can be decided or used, or all."""
        open_ = and_(approvals.c.status != Status.USED, _HOLDS)
        async with self._timed.transaction() as connection:
            return await _select(connection, approvals.c.id.is_not(None) if all_of_them else open_, limit)

    async def _used(self, row: ColumnElement[bool]) -> Approval | None:
        return await self._move(and_(row, _HOLDS), status=Status.USED, used_at=NOW)

    async def _decide(
        self, approval_id: str, status: ColumnElement[bool], to: Decision, by: str, holds_for: float
    ) -> bool:
        """Decides and puts that on record, both or neither."""
        row = and_(approvals.c.id == approval_id, status, _HOLDS)
        values = {"status": Status(to), "decided_at": NOW, "decided_by": by, "expires_at": NOW + holds_for}
        async with self._timed.transaction() as connection:
            decided = await _moved(connection, row, values)
            if decided is not None:
                opening = Opening(_attempt(decided), decided=to)
                await journal.begun(connection, "decided", self._timed.clock(), opening)
        return decided is not None

    async def _move(self, row: ColumnElement[bool], **values: Any) -> Approval | None:
        async with self._timed.transaction() as connection:
            return await _moved(connection, row, values)


async def _moved(connection: AsyncConnection, row: ColumnElement[bool], values: dict[str, Any]) -> Approval | None:
    """One conditional update; the row as it is now, None if no row was in that state."""
    result = await connection.execute(update(approvals).where(row).values(**values).returning(*approvals.c))
    found = result.one_or_none()
    return None if found is None else _approval(found)


def _attempt(decided: Approval) -> Attempt:
    """The call that was decided about, as far as the question knows it."""
    subject, facts = decided.subject, decided.subject.facts
    return Attempt(
        tool=subject.tool,
        operation=subject.tool,
        request={},
        place=facts["place"],
        region=facts["region"],
        caller=Caller(),
        effect=Effect(facts["effect"]),
        verdict=Verdict.CONFIRM,
        rule="decided outside the conversation",
        evidence=Evidence("approval", decided.id, None, decided.decided_by),
        pool=Pool(facts["pool_id"] or "", facts["pool_name"]) if facts["pool_id"] or facts["pool_name"] else None,
        fingerprint=subject.fingerprint,
    )


_HOLDS = approvals.c.expires_at > NOW


async def _insert(connection: AsyncConnection, kind: Kind, subject: Subject, holds_for: float) -> Approval:
    """
    Raises:
        TooManyOpen: nothing was inserted.
    """
    if len(await _select(connection, _open_to(subject), MOST_OPEN)) == MOST_OPEN:
        raise TooManyOpen
    await connection.execute(delete(approvals).where(_is_over()))
    columns = {**vars(subject), "facts": json.dumps(subject.facts), "kind": kind, "status": Status.PENDING}
    times = {"created_at": NOW, "expires_at": NOW + holds_for}
    adding = insert(approvals).values(id=new_id(), **columns, **times).returning(*approvals.c)
    return _approval((await connection.execute(adding)).one())


async def _select(connection: AsyncConnection, condition: ColumnElement[bool], limit: int) -> list[Approval]:
    query = select(approvals).where(condition).order_by(approvals.c.created_at.desc()).limit(limit)
    rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
    return [_approval(row) for row in rows]


def _open_to(subject: Subject) -> ColumnElement[bool]:
    """What waits for an answer to the same principal in the same place: on a local service all are one principal.

    What a person is asked by the program that they started themselves does not wait behind what a model asked for.
    """
    asks = [
        func.json_extract(approvals.c.facts, f"$.{name}").is_not_distinct_from(subject.facts.get(name))
        for name in ("principal", "place", "in_terminal")
    ]
    return and_(approvals.c.status == Status.PENDING, _HOLDS, *asks)


def _is_over() -> ColumnElement[bool]:
    """Expired for so long that nobody looks at it any more."""
    unanswered = and_(approvals.c.status == Status.PENDING, approvals.c.expires_at < NOW - UNANSWERED_KEPT_FOR)
    return or_(unanswered, approvals.c.expires_at < NOW - KEPT_FOR)


def _about(subject: Subject) -> ColumnElement[bool]:
    return and_(approvals.c.matter == subject.matter, approvals.c.fingerprint == subject.fingerprint)


def new_id() -> str:
    """Short enough to type, long enough not to be guessed within a day: 49 bits."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _approval(row: Row[Any]) -> Approval:
    subject = Subject(row.tool, row.matter, row.fingerprint, row.question, row.typed, json.loads(row.facts))
    return Approval(
        id=row.id,
        kind=Kind(row.kind),
        status=Status(row.status),
        subject=subject,
        created_at=row.created_at,
        expires_at=row.expires_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        used_at=row.used_at,
    )
