"""Asking through the client, in both protocol eras, behind one method.

2026-07-28: the call ends with an `InputRequiredResult`; the client answers by repeating it with the response and the
state, which `RequestStateBoundary` has sealed and bound to tool, arguments, principal and server.
Before: `elicitation/create` on the open connection, with progress so that the client does not give up.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import anyio
from mcp.server import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    CallToolRequestParams,
    ClientCapabilities,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from cognito_identity_mcp.confirmation.question import FIELD, Outcome, Question

_PROGRESS_INTERVAL = 10.0
"""Seconds between signs of life while a human thinks."""


@dataclass(frozen=True)
class Answer:
    """How asking ended, with the id under which a yes can be used once."""

    outcome: Outcome
    approval_id: str


class Asker(Protocol):
    """One call's way to its human."""

    async def ask(self, question: Question) -> Answer | InputRequiredResult:
        """The answer, or what the client has to be sent to get one."""
        ...


class NobodyToAsk:
    """For clients that cannot show a form."""

    async def ask(self, question: Question) -> Answer:  # noqa: ARG002 - nobody hears it
        return Answer(Outcome.CANNOT_ASK, "")


def asker_for(ctx: ServerRequestContext[Any, Any], params: CallToolRequestParams) -> Asker:
    """The way to ask that this client and this connection have."""
    if not _shows_forms(ctx.session.client_capabilities):
        return NobodyToAsk()
    if ctx.protocol_version in MODERN_PROTOCOL_VERSIONS:
        return RoundTripAsker(params)
    return ConnectionAsker(ctx) if ctx.session.can_send_request else NobodyToAsk()


def _shows_forms(capabilities: ClientCapabilities | None) -> bool:
    """An empty `elicitation` capability means forms, as before URLs existed."""
    elicitation = capabilities.elicitation if capabilities else None
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


class RoundTripAsker:
    """Asks by ending the call, and reads the answer when the call comes again."""

    def __init__(self, params: CallToolRequestParams) -> None:
        self._params = params

    async def ask(self, question: Question) -> Answer | InputRequiredResult:
        approval_id = _approval_id(self._params.request_state, question)
        response = (self._params.input_responses or {}).get(FIELD)
        if approval_id is None or response is None:
            return _round_trip(question)
        if not isinstance(response, ElicitResult):
            return Answer(Outcome.WRONG_ANSWER, approval_id)
        return Answer(question.judge(response.action, response.content), approval_id)


def _round_trip(question: Question) -> InputRequiredResult:
    form = ElicitRequestFormParams(message=question.message, requested_schema=question.schema)
    state = {"approval_id": secrets.token_urlsafe(16), "question": question.digest}
    return InputRequiredResult(
        input_requests={FIELD: ElicitRequest(params=form)},
        request_state=json.dumps(state),
    )


def _approval_id(request_state: str | None, question: Question) -> str | None:
    """The id that was sealed with this very question; another question has to be asked first."""
    if request_state is None:
        return None
    state: dict[str, str] = json.loads(request_state)
    return state["approval_id"] if state["question"] == question.digest else None


class ConnectionAsker:
    """Asks on the open connection of a client of the `initialize` era."""

    def __init__(self, ctx: ServerRequestContext[Any, Any]) -> None:
        self._ctx = ctx

    async def ask(self, question: Question) -> Answer:
        async with _signs_of_life(self._ctx):
            outcome = await self._outcome(question)
        return Answer(outcome, secrets.token_urlsafe(16))

    async def _outcome(self, question: Question) -> Outcome:
        try:
            result = await self._ctx.session.elicit_form(
                question.message, question.schema, related_request_id=self._ctx.request_id
            )
        except (MCPError, ValidationError):
            return Outcome.ASKING_FAILED
        return question.judge(result.action, result.content)


@asynccontextmanager
async def _signs_of_life(ctx: ServerRequestContext[Any, Any]) -> AsyncGenerator[None]:
    """Progress notifications while the block runs, for clients that asked for progress."""

    async def report() -> None:
        elapsed = 0.0
        while True:
            await anyio.sleep(_PROGRESS_INTERVAL)
            elapsed += _PROGRESS_INTERVAL
            await ctx.session.report_progress(elapsed, message="Waiting for a human to confirm")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(report)
        try:
            yield
        finally:
            tasks.cancel_scope.cancel()
