"""Putting calls on record: the intent before a call goes out, the outcome after, every refusal.

What cannot be recorded does not run. Only an outcome that cannot be written after the fact is left to the log: the
change is made then, and its intent stands in the journal as one whose outcome is unknown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import anyio

from cognito_identity_mcp.assessment.model import Image, Pool, Step
from cognito_identity_mcp.confirmation import refusals
from cognito_identity_mcp.confirmation.consent import Agreement
from cognito_identity_mcp.confirmation.matter import new_pool
from cognito_identity_mcp.errors import Failure
from cognito_identity_mcp.journal.changes import JournalDamaged
from cognito_identity_mcp.journal.records import DONE, Attempt, Outcome
from cognito_identity_mcp.logs import EventLog
from cognito_identity_mcp.secrets.redaction import redacted
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_mcp.stores import Stores
from cognito_identity_tools.operation import Tool
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.service import Answer
from cognito_identity_tools.shapes import Shape

if TYPE_CHECKING:
    from cognito_identity_mcp.confirmation.gate import Gate
    from cognito_identity_mcp.journal.journal import Journal

log = EventLog()

T = TypeVar("T")


@dataclass(frozen=True)
class Recording:
    """The journal and the gate of one server; both are loaded at the first call that needs them.

    `command` words a command of `approvals`; `patience` is in seconds; `in_terminal` as for `Gate`.
    """

    stores: Stores
    command: Callable[..., str]
    patience: float = 0
    in_terminal: bool = False

    async def gate(self) -> Gate:
        from cognito_identity_mcp.confirmation.gate import Gate

        opened, digest = await self.stores.open(), self.stores.key.digest
        return Gate(opened.approvals, opened.grants, digest, self.command, self.patience, self.in_terminal)

    async def changes(self, tool: Tool, ask: Callable[[Journal], Awaitable[T]]) -> T:
        """What the journal says.

        Raises:
            Refused: it cannot be read.
        """

        async def asked() -> T:
            return await ask((await self.stores.open()).journal)

        return await self.required(tool, asked)

    async def refused(self, agreement: Agreement, failure: Failure) -> None:
        """Records that a call did not run. It does not run either where that cannot be recorded."""
        try:
            journal = (await self.stores.open()).journal
            await journal.refused(_attempt(agreement.matter.steps, agreement), failure.code, failure.message)
        except StorageUnavailable as error:
            log.error("refusal_not_recorded", reason=str(error), code=failure.code)  # noqa: TRY400 - it says it all

    async def intended(self, step: Step, agreement: Agreement) -> str:
        """Records that a call goes out now; returns the id of the change.

        Raises:
            Refused: it cannot be recorded, so the call must not go out.
        """
        attempt = _attempt((step,), agreement)

        async def record() -> str:
            return await (await self.stores.open()).journal.intended(attempt)

        return await self.required(agreement.matter.tool, record)

    async def required(self, tool: Tool, use: Callable[[], Awaitable[T]]) -> T:
        """What `use` returns.

        Raises:
            Refused: the records cannot be used, so the tool must not run.
        """
        try:
            return await use()
        except (StorageUnavailable, JournalDamaged) as error:
            raise refusals.unrecordable(tool, str(error)) from error

    async def done(self, change: str, answer: Answer, seconds: float, after: tuple[Image, ...]) -> None:
        pool = _pool(answer.output)
        await self._finished(change, Outcome(DONE, "", answer.request_id, _milliseconds(seconds), after, pool))

    async def failed(self, change: str, failure: Failure, seconds: float) -> None:
        outcome = Outcome(failure.code, failure.message, failure.request_id, _milliseconds(seconds), ())
        await self._finished(change, outcome)

    async def _finished(self, change: str, outcome: Outcome) -> None:
        try:
            with anyio.CancelScope(shield=True):
                await (await self.stores.open()).journal.finished(change, outcome)
        except StorageUnavailable as error:
            log.error("outcome_not_recorded", reason=str(error), change=change, outcome=outcome.code)  # noqa: TRY400


def _pool_in(steps: Sequence[Step]) -> Pool | None:
    """The pool as requests name it, where its state was not read."""
    pool_id = next((named for step in steps if (named := getattr(step.request, "identity_pool_id", None))), None)
    if pool_id is not None:
        return Pool(pool_id)
    return new_pool(steps) if steps else None


def _pool(output: Shape) -> Pool | None:
    """The pool in an answer that is one."""
    if not isinstance(output, IdentityPool):
        return None
    return Pool(output.identity_pool_id, output.identity_pool_name, output.identity_pool_tags)


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _attempt(steps: tuple[Step, ...], agreement: Agreement) -> Attempt:
    matter, decision = agreement.matter, agreement.decision
    requests = [{"operation": step.operation.name, "request": redacted(step.request)} for step in steps]
    return Attempt(
        tool=matter.tool.name,
        operation=steps[0].operation.name if steps else matter.tool.name,
        request=redacted(steps[0].request) if len(steps) == 1 else {"steps": requests},
        place=matter.target.place,
        region=matter.target.region,
        caller=matter.caller,
        effect=matter.assessment.effect,
        verdict=decision.verdict,
        rule=decision.rule,
        evidence=agreement.consent.evidence if agreement.consent else None,
        pool=matter.assessment.pool or _pool_in(steps),
        fingerprint=matter.assessment.fingerprint,
        before=matter.assessment.images,
        undoes=agreement.undoes,
        part_of=agreement.part_of,
    )
