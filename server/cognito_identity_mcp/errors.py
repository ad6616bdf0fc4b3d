"""Everything that can go wrong with a tool call, as one kind of value.

A `ToolError` carries a `Failure`: code, message, what to do next, whether trying again can help. The tree:

    ToolError
    ├── InvalidInput      the arguments break the input schema; nothing was sent
    ├── Refused           the policy or a human said no, or nobody could be asked; nothing was sent
    ├── ServiceFailed     Cognito Identity answered with an error
    └── RequestFailed     the request did not get through, or its answer did not come back
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cognito_identity_mcp.advice import Advice, advice_for
from cognito_identity_tools.errors import CognitoIdentityError

UNREACHABLE = "Unreachable"
"""Code of a request that found nobody: nothing was sent."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What a caller gets to know. `message` and `next_step` are sentences; none of it holds a secret.

    `approval` describes the pending decision of a human outside the conversation, for refusals that wait for one.
    """

    kind: str
    code: str
    message: str
    next_step: str
    retryable: bool = False
    request_id: str | None = None
    details: tuple[dict[str, Any], ...] = ()
    approval: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """For programs: `{"error": {…}}`, absent facts left out."""
        facts = {
            "kind": self.kind,
            "code": self.code,
            "message": self.message,
            "next_step": self.next_step,
            "retryable": self.retryable,
            "request_id": self.request_id,
            "problems": list(self.details) or None,
            "approval": self.approval,
        }
        return {"error": {name: value for name, value in facts.items() if value is not None}}

    def as_text(self) -> str:
        """For a model or a person."""
        lines = [f"{self.code}: {self.message}", *(f"- {problem['text']}" for problem in self.details)]
        lines += [f"Next: {self.next_step}", *self._prospects()]
        return "\n".join([*lines, *([f"AWS request id: {self.request_id}"] if self.request_id else [])])

    def _prospects(self) -> list[str]:
        """Whether trying again helps; where a human has to decide first, what about."""
        if self.approval is not None:
            return ["", "What the human will be shown:", str(self.approval["question"])]
        if self.kind == "refused":
            return []  # the next step says whether to call again
        return ["Trying again later can help." if self.retryable else "Trying the same again will not help."]


def problem(path: str, rule: str) -> dict[str, Any]:
    """One wrong argument, for programs and, as `text`, for people."""
    return {"path": path, "rule": rule, "text": f"{path}: {rule}"}


class ToolError(Exception):
    """A call that ends without a result."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.code}: {failure.message}")
        self.failure = failure


class InvalidInput(ToolError):
    """The arguments break the input schema."""

    @classmethod
    def of(cls, message: str, next_step: str, problems: Sequence[dict[str, Any]] = ()) -> InvalidInput:
        """`problems`: one for each wrong argument, with path, rule and text."""
        step = f"{next_step} Nothing was changed."
        return cls(
            Failure(kind="invalid_input", code="InvalidInput", message=message, next_step=step, details=tuple(problems))
        )

    @classmethod
    def in_arguments(cls, tool: str, problems: Sequence[dict[str, Any]]) -> InvalidInput:
        """The arguments of a tool's call are wrong: these problems, all of them."""
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        message = f"{tool} was not called: {count} in its arguments."
        return cls.of(message, "Correct the arguments and call again.", problems)


class Refused(ToolError):
    """Not done, on purpose."""


class ServiceFailed(ToolError):
    """Cognito Identity answered with an error."""

    @classmethod
    def from_error(cls, error: CognitoIdentityError) -> ServiceFailed:
        advice = advice_for(error.code)
        return cls(_failure("service", error.code, error.message, advice, error.request_id))


class RequestFailed(ToolError):
    """No answer of Cognito Identity: credentials, network, or this machine's configuration."""

    @classmethod
    def of(cls, code: str, message: str, advice: Advice, request_id: str | None = None) -> RequestFailed:
        return cls(_failure("request", code, message, advice, request_id))

    def with_unknown_outcome(self, how_to_find_out: str) -> RequestFailed:
        """The same failure of a call that may have been carried out."""
        message = f"{self.failure.message} The outcome is unknown: the change may have been made."
        step = f"Do not simply repeat it. {how_to_find_out}"
        return RequestFailed(
            replace(self.failure, code="OutcomeUnknown", message=message, next_step=step, retryable=False)
        )


def _failure(kind: str, code: str, message: str, advice: Advice, request_id: str | None) -> Failure:
    return Failure(
        kind=kind,
        code=code,
        message=message,
        next_step=advice.next_step,
        retryable=advice.retryable,
        request_id=request_id,
    )
