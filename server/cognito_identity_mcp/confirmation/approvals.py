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
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, select, update

from cognito_identity_mcp.settings import ANSWER_HOLDS_FOR
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.tables import approvals

REQUEST_HOLDS_FOR = 86_400.0
"""Seconds for which a human can approve outside the conversation."""

APPROVAL_HOLDS_FOR = 3_600.0
"""Seconds between such an approval and the call that uses it."""

KEPT_FOR = 30 * 86_400.0
"""Seconds for which an expired row stays to be looked at; the journal keeps what came of it."""

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
    """What an approval is for: `matter` digests steps, target and principal; `fingerprint` is of the state."""

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


class Approvals:
    """The table of approvals. Every method raises `StorageUnavailable` when the database cannot be used."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def asked(self, subject: Subject) -> str:
        """Records a question that is about to be asked through the client; returns its id."""
        return (await self._insert(Kind.ELICITATION, subject, ANSWER_HOLDS_FOR)).id

    async def requested(self, subject: Subject) -> Approval:
        """The request for a decision outside the conversation: the open one about the same, or a new one."""
        outside = and_(_about(subject), approvals.c.kind == Kind.APPROVAL)
        found = await self._latest(outside, approvals.c.status.in_([Status.PENDING, Status.DENIED]))
        return found or await self._insert(Kind.APPROVAL, subject, REQUEST_HOLDS_FOR)

    async def accepted(self, approval_id: str, subject: Subject) -> bool:
        """Uses up a yes that came through the client; false if that was done before, or it is about something else."""
        row = and_(approvals.c.id == approval_id, approvals.c.status == Status.PENDING, _about(subject))
        return await self._used(row) is not None

    async def refused(self, approval_id: str) -> None:
        """Records a no that came through the client; for a day a human can still change it in a terminal."""
        now = self._clock()
        await self._move(
            and_(approvals.c.id == approval_id, approvals.c.status == Status.PENDING),
            status=Status.DENIED,
            decided_at=now,
            decided_by="the client's user",
            expires_at=now + REQUEST_HOLDS_FOR,
        )

    async def take(self, subject: Subject) -> Approval | None:
        """Uses up an approval that was given outside the conversation for exactly this, if there is one."""
        one = (
            select(approvals.c.id)
            .where(_about(subject), approvals.c.status == Status.APPROVED, self._holds())
            .order_by(approvals.c.decided_at)
            .limit(1)
            .scalar_subquery()
        )
        return await self._used(and_(approvals.c.id == one, approvals.c.status == Status.APPROVED))

    async def outdated(self, subject: Subject) -> Approval | None:
        """An unused approval for the same call, given for another state."""
        other = and_(approvals.c.matter == subject.matter, approvals.c.fingerprint != subject.fingerprint)
        return await self._latest(other, approvals.c.status == Status.APPROVED)

    async def approve(self, approval_id: str, by: str) -> bool:
        """Decides yes; false if it can no longer be decided."""
        now = self._clock()
        waiting = approvals.c.status.in_([Status.PENDING, Status.DENIED])
        return await self._decide(approval_id, waiting, Status.APPROVED, by, now + APPROVAL_HOLDS_FOR)

    async def deny(self, approval_id: str, by: str) -> bool:
        """Decides no, or takes an approval back that was not used; false if it can no longer be decided."""
        open_ = approvals.c.status.in_([Status.PENDING, Status.APPROVED])
        return await self._decide(approval_id, open_, Status.DENIED, by, self._clock() + REQUEST_HOLDS_FOR)

    async def find(self, approval_id: str) -> Approval | None:
        """One approval, whatever its state."""
        found = await self._select(approvals.c.id == approval_id, limit=1)
        return found[0] if found else None

    async def latest(self, limit: int, *, all_of_them: bool = False) -> list[Approval]:
        """The newest first: those that can be decided or used, or all."""
        open_ = and_(approvals.c.status != Status.USED, self._holds())
        return await self._select(approvals.c.id.is_not(None) if all_of_them else open_, limit=limit)

    async def _insert(self, kind: Kind, subject: Subject, holds_for: float) -> Approval:
        now = self._clock()
        columns = {**vars(subject), "facts": json.dumps(subject.facts), "kind": kind, "status": Status.PENDING}
        times = {"created_at": now, "expires_at": now + holds_for}
        async with self._database.transaction() as connection:
            await connection.execute(delete(approvals).where(approvals.c.expires_at < now - KEPT_FOR))
            adding = insert(approvals).values(id=new_id(), **columns, **times).returning(*approvals.c)
            return _approval((await connection.execute(adding)).one())

    async def _used(self, row: ColumnElement[bool]) -> Approval | None:
        return await self._move(and_(row, self._holds()), status=Status.USED, used_at=self._clock())

    async def _decide(
        self, approval_id: str, status: ColumnElement[bool], to: Status, by: str, expires_at: float
    ) -> bool:
        row = and_(approvals.c.id == approval_id, status, self._holds())
        moved = await self._move(row, status=to, decided_at=self._clock(), decided_by=by, expires_at=expires_at)
        return moved is not None

    async def _move(self, row: ColumnElement[bool], **values: Any) -> Approval | None:
        """One conditional update; the row as it is now, None if no row was in that state."""
        async with self._database.transaction() as connection:
            result = await connection.execute(update(approvals).where(row).values(**values).returning(*approvals.c))
            found = result.one_or_none()
        return None if found is None else _approval(found)

    async def _latest(self, *conditions: ColumnElement[bool]) -> Approval | None:
        found = await self._select(and_(*conditions, self._holds()), limit=1)
        return found[0] if found else None

    async def _select(self, condition: ColumnElement[bool], limit: int) -> list[Approval]:
        query = select(approvals).where(condition).order_by(approvals.c.created_at.desc()).limit(limit)
        async with self._database.reading() as connection:
            rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
        return [_approval(row) for row in rows]

    def _holds(self) -> ColumnElement[bool]:
        return approvals.c.expires_at > self._clock()


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
