"""The question a human is asked, and what counts as a yes.

Everything interpolated is untrusted: arguments come from a model. It is shown as data: control and formatting
characters replaced, length bounded, one line a value.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from cognito_identity_mcp.confirmation.assessment import Assessment
from cognito_identity_mcp.secrets.redaction import redacted
from cognito_identity_mcp.targets import Target
from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.shapes import Shape

FIELD = "confirmation"
"""Name of the form's only field."""

_LONGEST_VALUE = 600
_LONGEST_TYPED = 60
_IF_BLANK = "blank"
"""Stands in for a user id of nothing but blanks: typing nothing is never a yes."""


class Outcome(StrEnum):
    """How asking ended. Only `ACCEPTED` lets a call run."""

    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong answer"
    DECLINED = "declined"
    DISMISSED = "dismissed"
    CANNOT_ASK = "could not ask"
    ASKING_FAILED = "asking failed"
    USED_UP = "already used"


@dataclass(frozen=True)
class Question:
    """A form with one field: a required checkbox without a default, or a text that has to be typed."""

    message: str
    typed: str | None

    @property
    def schema(self) -> dict[str, Any]:
        if self.typed is None:
            field = {"type": "boolean", "title": "Yes, do this"}
        else:
            field = {"type": "string", "title": f"Type {self.typed} to go ahead"}
        return {"type": "object", "properties": {FIELD: field}, "required": [FIELD]}

    @property
    def digest(self) -> str:
        """Identifies the question: same words, same answer wanted."""
        return hashlib.sha256(json.dumps([self.message, self.typed]).encode()).hexdigest()

    def judge(self, action: str, content: Mapping[str, Any] | None) -> Outcome:
        """What an answer means. Accepting the form is not enough: its field has to hold the right value."""
        if action != "accept":
            return Outcome.DECLINED if action == "decline" else Outcome.DISMISSED
        answer = (content or {}).get(FIELD)
        if self.typed is None:
            return Outcome.ACCEPTED if answer is True else Outcome.WRONG_ANSWER
        is_right = isinstance(answer, str) and _typeable(answer) == self.typed
        return Outcome.ACCEPTED if is_right else Outcome.WRONG_ANSWER


def compose(operation: Operation, request: Shape, target: Target, assessment: Assessment, rule: str) -> Question:
    """The question for one call: what happens, where, with which arguments. It holds no secret and no time."""
    lines = [f"{operation.title}: {assessment.consequence}", ""]
    lines += _listed(redacted(request), depth=1)
    if assessment.left_out:
        lines += ["", "Left out, and therefore reset:", *(f"  {name}" for name in assessment.left_out)]
    lines += ["", f"Where: {plain(str(target))}", f"Asked because: {rule}"]
    if assessment.effect is Effect.DESTROY:
        lines.append("This cannot be undone.")
    typed = None if assessment.typed is None else _typeable(assessment.typed) or _IF_BLANK
    return Question("\n".join(lines), typed)


def _typeable(text: str) -> str:
    """The text as it is shown and compared: what a keyboard gives for it counts, whatever was made plain in it."""
    return plain(text)[:_LONGEST_TYPED]


def _listed(value: Any, depth: int) -> list[str]:
    """The value as indented lines, one for each scalar in it."""
    entries: list[tuple[str, Any]]
    if isinstance(value, dict):
        entries = [(f"{plain(name)}:", item) for name, item in cast("dict[str, Any]", value).items()]
    else:
        entries = [("-", item) for item in cast("list[Any]", value)]
    lines: list[str] = []
    for label, item in entries:
        nests = isinstance(item, dict | list) and item not in ({}, [])
        lines.append("  " * depth + (label if nests else f"{label} {_shown(item)}"))
        lines += _listed(item, depth + 1) if nests else []
    return lines


def _shown(value: Any) -> str:
    text = plain(value if isinstance(value, str) else json.dumps(value))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}… ({len(text)} characters)"


_MARKUP = str.maketrans("`<>[]*", "'‹›()∗")


def plain(text: str) -> str:
    """One line without control, formatting or private characters, and without markup that a client might render."""
    printable = "".join("�" if unicodedata.category(char)[0] == "C" else char for char in " ".join(text.split()))
    return printable.translate(_MARKUP)
