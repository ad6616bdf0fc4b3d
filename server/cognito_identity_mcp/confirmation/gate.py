"""The gate: no call that needs consent gets past it without one accepted answer that was never used before."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import MappingProxyType

from mcp_types import InputRequiredResult

from cognito_identity_mcp.confirmation.elicitation import Asker
from cognito_identity_mcp.confirmation.question import Outcome, Question
from cognito_identity_mcp.errors import Failure, Refused
from cognito_identity_tools.operation import Operation

ANSWER_HOLDS_FOR = 600.0
"""Seconds between question and answer, on the 2026-07-28 protocol."""

_HUMAN_SAID_NO = "Do not try again by other means; ask the user what they want instead."

_REFUSALS = MappingProxyType(
    {
        Outcome.WRONG_ANSWER: (
            "The human's answer was not the one that was asked for.",
            "If the user still wants it, call again: the question is asked anew.",
        ),
        Outcome.DECLINED: ("A human declined.", _HUMAN_SAID_NO),
        Outcome.DISMISSED: (
            "The question was dismissed without an answer.",
            "Ask the user whether they want it; if so, call again.",
        ),
        Outcome.CANNOT_ASK: (
            "It needs a human's consent, and this client cannot ask one (it declares no form elicitation).",
            (
                "Tell the user to run it where they can be asked: a client with elicitation, or in a terminal "
                "`cognito-identity-mcp call {tool} …`. No argument can stand in for consent."
            ),
        ),
        Outcome.ASKING_FAILED: (
            "It needs a human's consent, and the client failed to ask.",
            "Tell the user; they can run it in a terminal with `cognito-identity-mcp call {tool} …`.",
        ),
        Outcome.USED_UP: (
            "This consent was used already; each answer is good for one call.",
            "Call again without the old state: the question is asked anew.",
        ),
    }
)


class UsedApprovals:
    """Answers that were given, remembered as long as their sealed state could come back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, keep: float = 2 * ANSWER_HOLDS_FOR) -> None:
        self._clock = clock
        self._keep = keep
        self._used: dict[str, float] = {}

    def consume(self, approval_id: str) -> bool:
        """True the first time an id is seen."""
        now = self._clock()
        self._used = {known: since for known, since in self._used.items() if now - since < self._keep}
        if approval_id in self._used:
            return False
        self._used[approval_id] = now
        return True


class Gate:
    """Asks, judges, and lets through once."""

    def __init__(self, used: UsedApprovals) -> None:
        self._used = used

    async def pass_through(self, operation: Operation, question: Question, asker: Asker) -> InputRequiredResult | None:
        """Returns None when the call may run now, or what the client has to be sent first.

        Raises:
            Refused: nobody said yes.
        """
        answer = await asker.ask(question)
        if isinstance(answer, InputRequiredResult):
            return answer
        outcome = answer.outcome
        # A no uses the question up as well: the same round must not come back as a yes.
        if answer.approval_id and not self._used.consume(answer.approval_id):
            outcome = Outcome.USED_UP
        if outcome is not Outcome.ACCEPTED:
            raise _refusal(operation, outcome)
        return None


def _refusal(operation: Operation, outcome: Outcome) -> Refused:
    message, next_step = _REFUSALS[outcome]
    return refused(operation, _code(outcome), message, next_step.format(tool=operation.name))


def _code(outcome: Outcome) -> str:
    return "Confirmation" + "".join(word.capitalize() for word in outcome.split())


def refused(operation: Operation, code: str, message: str, next_step: str) -> Refused:
    """A refusal in its one form: what was not done, why, that nothing was changed, and the next step."""
    text = f"{operation.name} was not carried out. {message} Nothing was changed."
    return Refused(Failure(kind="refused", code=code, message=text, next_step=next_step))
