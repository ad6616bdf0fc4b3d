"""Refusals in words: what was not done, why, that nothing was changed, and what to do instead."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from cognito_identity_mcp.assessment.wording import sentence
from cognito_identity_mcp.confirmation.question import Outcome
from cognito_identity_mcp.errors import Failure, Refused
from cognito_identity_tools.operation import Tool

_HUMAN_SAID_NO = "Do not try again by other means; ask the user what they want instead."

_BY_OUTCOME = MappingProxyType(
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
        Outcome.TIMED_OUT: (
            "Nobody answered in time.",
            "Ask the user whether they want it; if so, call again.",
        ),
        Outcome.USED_UP: (
            "This consent was used already; each answer is good for one call.",
            "Call again without the old state: the question is asked anew.",
        ),
    }
)

_WHY_OUTSIDE = MappingProxyType(
    {
        Outcome.CANNOT_ASK: "this client cannot ask one (it declares no form elicitation)",
        Outcome.ASKING_FAILED: "the client failed to ask one",
    }
)


def refused(tool: Tool, code: str, message: str, next_step: str, approval: dict[str, Any] | None = None) -> Refused:
    """A refusal in its one form."""
    text = f"{tool.name} was not carried out. {message} Nothing was changed."
    return Refused(Failure(kind="refused", code=code, message=text, next_step=next_step, approval=approval))


def after(outcome: Outcome, tool: Tool) -> Refused:
    """The refusal after an answer that is no yes."""
    message, next_step = _BY_OUTCOME[outcome]
    return refused(tool, "Confirmation" + "".join(word.capitalize() for word in outcome.split()), message, next_step)


def approval_required(tool: Tool, why: Outcome, approval: dict[str, Any], command: str) -> Refused:
    """The refusal of a call that a human has to approve outside the conversation."""
    message = f"It needs a human's consent, and {_WHY_OUTSIDE[why]}."
    next_step = (
        f"Tell the user what this call would do, and that they can approve it in a terminal with `{command}`; "
        "then repeat the same call. No argument can stand in for consent, and you cannot approve it yourself."
    )
    return refused(tool, "ApprovalRequired", message, next_step, approval)


def denied_outside(tool: Tool, approval_id: str) -> Refused:
    """The refusal of a call that a human denied in the terminal."""
    return refused(tool, "ApprovalDenied", f"A human denied it (approval {approval_id}).", _HUMAN_SAID_NO)


def by_policy(tool: Tool, effect: str, rule: str) -> Refused:
    """The refusal of a call that the policy forbids."""
    step = "Tell the user that this server's policy forbids it; only whoever runs the server can change that."
    return refused(tool, "RefusedByPolicy", f"The policy refuses this {effect} call: {sentence(rule)}", step)


def needs_consent_itself(tool: Tool, read: Tool, rule: str) -> Refused:
    """The refusal of a read inside a call, because each such read has to be asked for."""
    step = f"Call {read.name} by itself: then a human is asked."
    return refused(
        tool, "ConsentRequired", f"It needs {read.name}, which needs a human's consent: {sentence(rule)}", step
    )


def state_rejected(tool: Tool) -> Refused:
    """The refusal of a call that came with a consent state which cannot be believed."""
    message = "The consent state that came with it is too old, was changed, or belongs to another call."
    step = "If the user still wants it, call again without the old state: the question is asked anew."
    return refused(tool, "ConfirmationStateInvalid", message, step)


def unrecordable(tool: Tool, reason: str) -> Refused:
    """The refusal of a call because its consent or its record could not be stored."""
    step = "Tell the user; whoever runs the server has to mend its storage. Then repeat the same call."
    message = f"Every change is put on record first, and this server's records cannot be used: {reason}"
    return refused(tool, "RecordsUnavailable", message, step)


def unreadable(tool: Tool) -> Refused:
    """The refusal of a call that would change more than a question can show."""
    message = "It needs a human's consent, and changes more at once than a human can read in one question."
    step = "Make the change in several calls, each of at most 60 changed values; each is asked about by itself."
    return refused(tool, "TooMuchForOneQuestion", message, step)


def too_many_open(tool: Tool, most: int, command: str) -> Refused:
    """The refusal of a call that needs consent while too many questions are unanswered."""
    message = f"It needs a human's consent, and {most} questions wait for an answer already."
    step = (
        "Do not ask for more. Tell the user to decide about those that wait, in this client or in a terminal: "
        f"`{command}` lists them, and approvals approve and deny decide. Then call again."
    )
    return refused(tool, "TooManyQuestions", message, step)


def unsettled(tool: Tool) -> Refused:
    """The refusal of a call whose state was different each time after the human had answered."""
    message = "The state it rests on changed again each time while a human was being asked."
    return refused(tool, "StateKeepsChanging", message, "Find out who else is changing it, then call again.")
