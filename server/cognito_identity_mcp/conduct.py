"""The steps of one tool call: assess → decide → confirm → execute → record. Written once, for operations and workflows.

Nothing reaches the service on another way: a tool is given a `Conduct` and has no client.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import anyio

from cognito_identity_mcp.assessment.live import Live, Unreadable
from cognito_identity_mcp.assessment.model import READS, Assessment, Findings, Image, Pool, Step
from cognito_identity_mcp.assessment.table import assess
from cognito_identity_mcp.callers import AwsIdentity, Caller
from cognito_identity_mcp.confirmation import refusals
from cognito_identity_mcp.confirmation.consent import Agreement, Consent
from cognito_identity_mcp.confirmation.matter import Matter, new_pool
from cognito_identity_mcp.conversation import Conversation
from cognito_identity_mcp.errors import Failure, Refused, RequestFailed, ServiceFailed, ToolError
from cognito_identity_mcp.journal.records import OUTCOME_UNKNOWN
from cognito_identity_mcp.policy.conditions import steers
from cognito_identity_mcp.policy.decision import Decision, Facts, Policy, Verdict, decide, strictest
from cognito_identity_mcp.policy.overview import free_read, needs_pool, refusal
from cognito_identity_mcp.recording import Recording
from cognito_identity_mcp.restoring import RESTORABLE
from cognito_identity_mcp.secrets.redaction import without_secrets
from cognito_identity_mcp.secrets.references import References
from cognito_identity_mcp.targets import Target
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.errors import CognitoIdentityError
from cognito_identity_tools.operation import Effect, Operation, Tool
from cognito_identity_tools.service import Answer, CognitoIdentity
from cognito_identity_tools.shapes import Shape

Assessing = Callable[[Live], Awaitable[Assessment]]

_MOST_QUESTIONS = 3
"""How often one call asks because the state changed while a human was thinking."""


class Places(Protocol):
    """Where steps go, region by region, and whose credentials they go out with there."""

    async def identity(self, region: str) -> AwsIdentity: ...

    def in_region(self, region: str) -> CognitoIdentity: ...


@dataclass(frozen=True)
class Conduct:
    """One tool call under way, at one target.

    `request_ids` collects the service's ids of what was sent. `consent` was given to the call as a whole, and covers
    its reads.
    """

    tool: Tool
    target: Target
    conversation: Conversation
    services: Places
    policy: Policy
    references: References
    recording: Recording
    request_ids: list[str] = field(default_factory=list[str])
    consent: Consent | None = None

    @property
    def service(self) -> CognitoIdentity:
        return self.services.in_region(self.target.region)

    def at(self, region: str) -> Conduct:
        """The same call, in another region."""
        return replace(self, target=replace(self.target, region=region))

    async def read(self, operation: str, *, within: Pool | None = None, **members: Any) -> Any:
        """The output of a `read` operation that a workflow needs. Nobody is asked: one call asks once, for the whole.

        `within`: the pool that the read is about, where the request does not name it and the tool knows it.

        Raises:
            Refused: the policy refuses the read, or wants a consent for it that the call does not have.
            ServiceFailed, RequestFailed: as `carry_out`.
        """
        row = OPERATIONS[operation]
        step = Step(row, row.input.model_validate(members))
        assessing = partial(self.by_table, (step,)) if within is None else partial(_reads_in, within)
        agreement = await self._decided((step,), assessing)
        if agreement.decision.verdict is Verdict.CONFIRM:
            agreement = await self._covered(agreement, row)
        return (await self.execute(step, agreement)).output

    async def _covered(self, agreement: Agreement, row: Operation) -> Agreement:
        """A read's agreement where the policy wants consent for it.

        Where only the changing tool that reads needs one, its change will ask.

        Raises:
            Refused: the read needs a consent of its own; that is on record.
        """
        facts = self._facts(Effect.READ, agreement.matter.assessment.pool, agreement.matter.caller)
        alone = decide(self.policy, replace(facts, tool=row.name, operation=row.name))
        if self.consent is None and (self.tool.effect is Effect.READ or alone.verdict is not Verdict.ALLOW):
            raise await self._refusal(agreement, refusals.needs_consent_itself(self.tool, row, agreement.decision.rule))
        return replace(agreement, consent=self.consent)

    async def permit(self) -> None:
        """For a tool that reads this server's own records and sends nothing: its decision, without anybody to ask.

        Raises:
            Refused: the policy does not simply allow it.
        """
        caller = Caller(subject=self.conversation.subject, scopes=self.conversation.scopes)
        decision = decide(self.policy, self._facts(self.tool.effect, None, caller))
        if decision.verdict is not Verdict.ALLOW:
            raise await self.refuse(refusals.by_policy(self.tool, self.tool.effect, decision.rule), ())

    async def carry_out(
        self, *steps: Step, assessing: Assessing | None = None, undoes: str | None = None
    ) -> list[Answer]:
        """The answers to the steps, each in its turn, after one consent for all of them where they need it.

        `assessing` as for `agree`. Each step is recorded with the state that the one before it left.

        Raises:
            Waiting: the client has to ask its human first.
            Refused: the policy or a human said no, nobody could be asked, or the call could not be put on record.
            ServiceFailed: Cognito Identity answered with an error; the steps after it did not go out.
            RequestFailed: no answer came.
        """
        agreement = await self.agree(steps, assessing, undoes=undoes)
        first = await self.execute(steps[0], agreement)
        return [first, *[await self._later(step, agreement) for step in steps[1:]]]

    async def _later(self, step: Step, agreement: Agreement) -> Answer:
        return await self.execute(step, agreement.resting_on(await self._images(step)))

    async def agree(
        self,
        steps: Sequence[Step],
        assessing: Assessing | None = None,
        *,
        undoes: str | None = None,
        part_of: str | None = None,
    ) -> Agreement:
        """The agreement under which the steps may run; raises as `carry_out`.

        `assessing` stands in for the steps' own assessors. When the state, or whose credentials the call goes out with,
        changes while a human is asked, the question is asked again about the new one.
        """
        assessing = assessing or partial(self.by_table, tuple(steps))

        async def decided() -> Agreement:
            return replace(await self._decided(tuple(steps), assessing), undoes=undoes, part_of=part_of)

        agreement = await decided()
        asked = 0
        while agreement.decision.verdict is not Verdict.ALLOW:
            if asked == _MOST_QUESTIONS:
                raise await self._refusal(agreement, refusals.unsettled(self.tool))
            consent = await self._consent(agreement)
            now = agreement if consent.is_current else await decided()
            if now.matter.is_same(agreement.matter):
                return replace(now, consent=consent)
            agreement, asked = now, asked + 1
        return agreement

    async def execute(self, step: Step, agreement: Agreement) -> Answer:
        """Sends one step under an agreement, with a record of the intent before and of the outcome after.

        Raises:
            InvalidInput: a reference to a secret cannot be resolved; nothing was sent.
            Refused, ServiceFailed, RequestFailed: as `carry_out`.
        """
        if step.operation.effect is Effect.READ and agreement.consent is None:
            return await self._send(step)
        resolved = replace(step, request=await self.references.resolve(step.request))
        change = await self.recording.intended(step, agreement)
        started = time.perf_counter()
        try:
            answer = await self._send(resolved)
        except ToolError as error:
            await self.recording.failed(change, error.failure, time.perf_counter() - started)
            raise
        except anyio.get_cancelled_exc_class():
            await self.recording.failed(change, _CANCELLED, time.perf_counter() - started)
            raise
        took = time.perf_counter() - started
        after: tuple[Image, ...] = ()
        try:
            after = await self._images(step)
        finally:
            # The change is made, whatever becomes of looking at it.
            await self.recording.done(change, answer, took, after)
        return answer

    async def _decided(self, steps: tuple[Step, ...], assessing: Assessing) -> Agreement:
        """The decision about the steps in their present state.

        Raises:
            Refused: the policy refuses them; that is on record.
        """
        await self._refuse_outright(steps)
        free = await self._free_reads(steps)
        if free is not None:
            return free
        assessment = await self._assessed(steps, assessing)
        caller = await self._caller(asks_sts=self._asks_sts(steps))
        known = self._facts(assessment.effect, assessment.pool or new_pool(steps), caller)
        facts = replace(known, steers=steers(steps, assessment.pool))
        decision = strictest(decide(self.policy, replace(facts, operation=tool.name)) for tool in self._tools(steps))
        agreement = Agreement(Matter(self.tool, steps, self.target, caller, assessment, decision.rule), decision)
        if decision.verdict is Verdict.REFUSE:
            raise await self._refusal(agreement, refusals.by_policy(self.tool, assessment.effect, decision.rule))
        return agreement

    async def _free_reads(self, steps: tuple[Step, ...]) -> Agreement | None:
        """The agreement about steps that only read, where the policy allows them whatever they are about."""
        if any(step.operation.effect is not Effect.READ for step in steps):
            return None
        decisions = [free_read(self.policy, tool, self.tool) for tool in self._tools(steps)]
        if None in decisions:
            return None
        decision = strictest(filter(None, decisions))
        caller = await self._caller(asks_sts=False)
        return Agreement(Matter(self.tool, steps, self.target, caller, _FREE, decision.rule), decision)

    def _tools(self, steps: Sequence[Step]) -> list[Tool]:
        """The tool that was called and the operations that it runs: the policy may speak of each."""
        return list({tool.name: tool for tool in (self.tool, *(step.operation for step in steps))}.values())

    async def by_table(self, steps: tuple[Step, ...], live: Live) -> Assessment:
        """The steps' own assessors, each in its turn."""
        return await assess(steps, live, pool_wanted=self._needs_pool(steps))

    async def _refuse_outright(self, steps: tuple[Step, ...]) -> None:
        """Refuses, before anything is read, what the policy refuses whatever the state.

        Raises:
            Refused: that is on record.
        """
        decision = next(
            (found for tool in self._tools(steps) if (found := refusal(self.policy, tool, self.tool))), None
        )
        if decision is not None:
            refused = refusals.by_policy(self.tool, self.tool.effect, decision.rule)
            raise await self._unread_refusal(refused, steps, decision, await self._caller(asks_sts=False))

    def _asks_sts(self, steps: Sequence[Step]) -> bool:
        """Signed calls that change something are bound to their caller.

        Unsigned ones go out with nobody's credentials, to the account of their pool, which STS cannot tell.
        """
        signed = [step.operation.effect for step in steps if step.operation.signed]
        return bool(signed) and (self.policy.needs_account or set(signed) != {Effect.READ})

    def _needs_pool(self, steps: Sequence[Step]) -> bool:
        return any(needs_pool(self.policy, tool, self.tool) for tool in self._tools(steps))

    def _facts(self, effect: Effect, pool: Pool | None, caller: Caller) -> Facts:
        return Facts(
            tool=self.tool.name,
            operation=self.tool.name,
            effect=effect,
            region=self.target.region,
            account=caller.account,
            pool=pool,
            scopes=caller.scopes,
        )

    async def _assessed(self, steps: Sequence[Step], assessing: Assessing) -> Assessment:
        try:
            return await assessing(Live(self.service))
        except CognitoIdentityError as error:
            raise _about(steps[0].request, ServiceFailed.from_error(error)) from error

    async def refuse(self, refused: Refused, steps: Sequence[Step]) -> Refused:
        """The refusal of steps for a reason that the tool itself found, once it is on record."""
        caller = await self._caller(asks_sts=self._asks_sts(steps))
        decision = Decision(Verdict.REFUSE, f"refused by {self.tool.name}")
        return await self._unread_refusal(refused, steps, decision, caller)

    async def _unread_refusal(
        self, refused: Refused, steps: Sequence[Step], decision: Decision, caller: Caller
    ) -> Refused:
        """The refusal, on record, of steps whose state was not read."""
        unread = Assessment(Findings(self.tool.effect, self.tool.description), "")
        matter = Matter(self.tool, tuple(steps), self.target, caller, unread, decision.rule)
        return await self._refusal(Agreement(matter, decision), refused)

    async def _caller(self, *, asks_sts: bool) -> Caller:
        """Who makes the call. Asking STS takes a round trip, so only calls that need to know wait for it."""
        known = await self.services.identity(self.target.region) if asks_sts else AwsIdentity()
        talk = self.conversation
        return Caller(known.arn, known.account, talk.subject, talk.scopes, talk.client)

    async def _consent(self, agreement: Agreement) -> Consent:
        gate = await self.recording.gate()
        try:
            return await self.recording.required(
                self.tool, lambda: gate.pass_through(agreement.matter, self.conversation)
            )
        except Refused as refusal:
            raise await self._refusal(agreement, refusal) from refusal

    async def _refusal(self, agreement: Agreement, refusal: Refused) -> Refused:
        """The refusal, once it is on record."""
        await self.recording.refused(agreement, refusal.failure)
        return refusal

    async def _send(self, step: Step) -> Answer:
        try:
            answer = await self.service.call(step.operation, step.request)
        except CognitoIdentityError as error:
            raise _about(step.request, ServiceFailed.from_error(error)) from error
        except RequestFailed as error:
            raise _about(step.request, error) from error
        self.request_ids.extend([answer.request_id] if answer.request_id else [])
        return answer

    async def _images(self, step: Step) -> tuple[Image, ...]:
        """The present state of what the step changes; nothing where it cannot be read, and then it cannot be undone."""
        row = RESTORABLE.get(step.operation.name)
        live = Live(self.service)
        if row is not None:
            try:
                await live.read(row.read, **row.address(step.request))
            except (Unreadable, CognitoIdentityError, RequestFailed):
                return ()
        return live.images


async def _reads_in(pool: Pool, _: Live) -> Assessment:
    return replace(_FREE, pool=pool)


_FREE = Assessment(READS, "")
"""Of reads whose decision rests on nothing that was read."""

_CANCELLED = Failure(
    kind="request",
    code=OUTCOME_UNKNOWN,
    message="The client cancelled the call while it was under way.",
    next_step="Find out whether the change was made before doing anything else.",
)


def _about(request: Shape, error: ToolError) -> ToolError:
    """The error, without the request's secrets in what the service said."""
    message = without_secrets(error.failure.message, request)
    return type(error)(replace(error.failure, message=message))
