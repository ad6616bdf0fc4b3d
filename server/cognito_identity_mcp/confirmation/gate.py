"""The gate: no call that needs consent gets past it without one yes that was never used before.

A yes is an answer through the client, an approval in the terminal, or a grant; whichever it is, it is used up in the
database before the call goes out.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import anyio
from mcp_types import InputRequiredResult

from cognito_identity_mcp.confirmation import refusals
from cognito_identity_mcp.confirmation.approvals import MOST_OPEN, Approval, Approvals, Status, Subject, TooManyOpen
from cognito_identity_mcp.confirmation.consent import Consent
from cognito_identity_mcp.confirmation.elicitation import Answer, Waiting
from cognito_identity_mcp.confirmation.grants import Grants
from cognito_identity_mcp.confirmation.matter import Matter
from cognito_identity_mcp.confirmation.question import Outcome, Question, compose
from cognito_identity_mcp.conversation import Conversation
from cognito_identity_mcp.journal.records import Evidence

_LOOK_EVERY = 0.5
"""Seconds between looks at a decision that a call waits for."""


@dataclass(frozen=True)
class Gate:
    """Asks, judges, and lets through once.

    `digest` is a keyed digest, `patience` the seconds a call waits for a decision outside the conversation, `command`
    words a command of `approvals`, to be pasted. `in_terminal`: its questions are put to the person who made the call,
    in their terminal, and count apart from those of clients.
    """

    approvals: Approvals
    grants: Grants
    digest: Callable[[str], str]
    command: Callable[..., str]
    patience: float = 0
    in_terminal: bool = False

    async def pass_through(self, matter: Matter, conversation: Conversation) -> Consent:
        """Returns when the call may run.

        Raises:
            Waiting: the client has to ask first.
            Refused: nobody said yes.
            StorageUnavailable: the consent cannot be recorded; the call must not run.
        """
        question = compose(matter)
        subject = self._subject(matter, question)
        answer = conversation.asker.answered(question)
        if answer is not None:
            return await self._judged(answer, matter, subject, conversation, is_current=True)
        consent = await self._given_before(matter, subject)
        if consent is None and question.hides_lines:
            raise refusals.unreadable(matter.tool)
        try:
            return consent or await self._asked(matter, subject, question, conversation)
        except TooManyOpen as error:
            raise refusals.too_many_open(matter.tool, MOST_OPEN, self.command("list")) from error

    def _subject(self, matter: Matter, question: Question) -> Subject:
        return Subject(
            tool=matter.tool.name,
            matter=self.digest(matter.canonical),
            fingerprint=matter.fingerprint,
            question=question.message,
            typed=question.typed,
            facts=_facts(matter) | ({"in_terminal": True} if self.in_terminal else {}),
        )

    async def _given_before(self, matter: Matter, subject: Subject) -> Consent | None:
        approval = await self.approvals.take(subject)
        if approval is not None:
            return Consent(Evidence("approval", approval.id, None, approval.decided_by), is_current=True)
        grant = await self.grants.spend(matter)
        if grant is None:
            return None
        return Consent(Evidence("grant", grant.id, None, grant.created_by), is_current=True)

    async def _asked(self, matter: Matter, subject: Subject, question: Question, conversation: Conversation) -> Consent:
        if conversation.asker.era is None:
            return await self._outside(matter, subject, conversation, Outcome.CANNOT_ASK)
        approval_id = await self.approvals.asked(subject)
        async with conversation.waiting():
            answer = await conversation.asker.ask(question, approval_id)
        if isinstance(answer, InputRequiredResult):
            raise Waiting(answer)
        return await self._judged(answer, matter, subject, conversation, is_current=False)

    async def _judged(
        self, answer: Answer, matter: Matter, subject: Subject, conversation: Conversation, *, is_current: bool
    ) -> Consent:
        if answer.outcome is Outcome.ACCEPTED:
            if not await self.approvals.accepted(answer.approval_id, subject):
                raise refusals.after(Outcome.USED_UP, matter.tool)
            by = _whose(answer.outcome, conversation)
            evidence = Evidence("answer", answer.approval_id, conversation.asker.era, by)
            return Consent(evidence, is_current)
        # A no uses the question up as well: the same round must not come back as a yes.
        await self.approvals.refused(answer.approval_id, _whose(answer.outcome, conversation))
        if answer.outcome is Outcome.ASKING_FAILED:
            return await self._outside(matter, subject, conversation, Outcome.ASKING_FAILED)
        raise refusals.after(answer.outcome, matter.tool)

    async def _outside(self, matter: Matter, subject: Subject, conversation: Conversation, why: Outcome) -> Consent:
        approval = await self.approvals.requested(subject)
        if approval.status is Status.PENDING and self.patience:
            async with conversation.waiting():
                approval = await self._decided(approval)
        if approval.status is Status.DENIED:
            raise refusals.denied_outside(matter.tool, approval.id)
        taken = await self.approvals.take(subject) if approval.status is Status.APPROVED else None
        if taken is None:
            facts = await self._request(approval, matter, subject)
            raise refusals.approval_required(matter.tool, why, facts, self.command("approve", approval.id))
        return Consent(Evidence("approval", taken.id, None, taken.decided_by), is_current=False)

    async def _decided(self, approval: Approval) -> Approval:
        """The approval once it is decided, or as it is when patience ends."""
        with anyio.move_on_after(self.patience):
            while approval.status is Status.PENDING:
                await anyio.sleep(_LOOK_EVERY)
                approval = await self.approvals.find(approval.id) or approval
        return approval

    async def _request(self, approval: Approval, matter: Matter, subject: Subject) -> dict[str, Any]:
        """What the model learns about the decision that is awaited: what a human would be shown, and where."""
        note = " ".join([text async for text in self._notes(matter, subject)])
        return {
            "id": approval.id,
            "command": self.command("approve", approval.id),
            "expires_at": datetime.fromtimestamp(approval.expires_at, UTC).isoformat(timespec="seconds"),
            "question": approval.subject.question,
            **({"note": note} if note else {}),
        }

    async def _notes(self, matter: Matter, subject: Subject) -> AsyncGenerator[str]:
        """Why what a human gave before does not help: they would wonder."""
        outdated = await self.approvals.outdated(subject)
        if outdated:
            yield f"Approval {outdated.id} was given for an earlier state; the state has changed since."
        shortfall = await self.grants.shortfall(matter)
        if shortfall:
            yield shortfall


_WHOSE = MappingProxyType(
    {
        Outcome.ACCEPTED: "the user of {}",
        Outcome.WRONG_ANSWER: "the user of {}, who gave another answer than the one asked for",
        Outcome.DECLINED: "the user of {}, who declined",
        Outcome.DISMISSED: "the user of {}, who dismissed the question",
        Outcome.TIMED_OUT: "nobody: no answer came through {}",
        Outcome.ASKING_FAILED: "nobody: {} failed to ask",
    }
)


def _whose(outcome: Outcome, conversation: Conversation) -> str:
    """Who decided in the conversation, as far as it is known: the client's word for itself, and what came of asking."""
    return _WHOSE[outcome].format(conversation.client or "a client without a name")


def _facts(matter: Matter) -> dict[str, Any]:
    """For listings: where, about which pool, and who asks."""
    pool = matter.assessment.pool
    return {
        "effect": str(matter.assessment.effect),
        "place": matter.target.place,
        "region": matter.target.region,
        "pool_id": pool.id if pool else None,
        "pool_name": pool.name if pool else None,
        "principal": matter.caller.principal,
    }
