"""Asking through the client, in both protocol eras, behind one interface.

2026-07-28: the call ends with an `InputRequiredResult`; the client answers by repeating it with the response and the
state, which `RequestStateBoundary` has sealed and bound to tool, arguments, principal and server.
Before: `elicitation/create` on the open connection.
"""

from __future__ import annotations

import json
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
from cognito_identity_mcp.settings import ANSWER_HOLDS_FOR


@dataclass(frozen=True)
class Answer:
    """How asking ended, and the id under which the question was recorded."""

    outcome: Outcome
    approval_id: str


class Waiting(Exception):
    """The call ends here for now: the client has to put a question to its human and repeat the call."""

    def __init__(self, result: InputRequiredResult) -> None:
        super().__init__("a human is asked")
        self.result = result


class Asker(Protocol):
    """One call's way to its human."""

    @property
    def era(self) -> str | None:
        """The protocol era in which the human is asked; None: this client cannot ask."""
        ...

    def answered(self, question: Question) -> Answer | None:
        """The answer to this very question that came with the call."""
        ...

    async def ask(self, question: Question, approval_id: str) -> Answer | InputRequiredResult:
        """The answer, or what the client has to be sent to get one."""
        ...


class NobodyToAsk:
    """For clients that cannot show a form."""

    era = None

    def answered(self, question: Question) -> None:
        """Never."""

    async def ask(self, question: Question, approval_id: str) -> Answer:  # noqa: ARG002 - nobody hears it
        return Answer(Outcome.CANNOT_ASK, approval_id)


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

    era = "2026-07-28"

    def __init__(self, params: CallToolRequestParams) -> None:
        self._params = params

    def answered(self, question: Question) -> Answer | None:
        approval_id = _approval_id(self._params.request_state, question)
        response = (self._params.input_responses or {}).get(FIELD)
        if approval_id is None or response is None:
            return None
        if not isinstance(response, ElicitResult):
            return Answer(Outcome.WRONG_ANSWER, approval_id)
        return Answer(question.judge(response.action, response.content), approval_id)

    async def ask(self, question: Question, approval_id: str) -> InputRequiredResult:
        form = ElicitRequestFormParams(message=question.message, requested_schema=question.schema)
        state = {"approval_id": approval_id, "question": question.digest}
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
        self.era = ctx.protocol_version

    def answered(self, question: Question) -> None:
        """Never: here an answer comes on the connection."""

    async def ask(self, question: Question, approval_id: str) -> Answer:
        return Answer(await self._outcome(question), approval_id)

    async def _outcome(self, question: Question) -> Outcome:
        try:
            with anyio.fail_after(ANSWER_HOLDS_FOR):
                result = await self._ctx.session.elicit_form(
                    question.message, question.schema, related_request_id=self._ctx.request_id
                )
        except TimeoutError:
            return Outcome.TIMED_OUT
        except (MCPError, ValidationError):
            return Outcome.ASKING_FAILED
        return question.judge(result.action, result.content)
