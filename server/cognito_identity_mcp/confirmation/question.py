"""The question a human is asked, and what counts as a yes.

Everything interpolated is untrusted: arguments come from a model, names and tags from whoever made the pool. It is
shown as data: control and formatting characters replaced, length bounded, one line a value. A value that could pass
for another one, by blanks or letters that look alike, is shown with escapes too.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from cognito_identity_mcp.assessment.model import Change, Findings, Pool
from cognito_identity_mcp.callers import Caller
from cognito_identity_mcp.confirmation.matter import Matter
from cognito_identity_mcp.secrets.redaction import redacted
from cognito_identity_tools.operation import Effect

FIELD = "confirmation"
"""Name of the form's only field."""

_LONGEST_VALUE = 600
_TAIL = 200
_LONGEST_TYPED = 60
_MOST_LINES = 60
"""Of the difference, and of the arguments: more would be agreed to unread, so nobody is asked to."""

_OF_IDENTITIES = frozenset({"identity_id", "identity_ids_to_delete"})
"""Members of requests that name identities."""

_IF_BLANK = "blank"
"""Stands in for a name of nothing but blanks: typing nothing is never a yes."""


class Outcome(StrEnum):
    """How asking ended. Only `ACCEPTED` lets a call run."""

    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong answer"
    DECLINED = "declined"
    DISMISSED = "dismissed"
    TIMED_OUT = "timed out"
    CANNOT_ASK = "could not ask"
    ASKING_FAILED = "asking failed"
    USED_UP = "already used"


@dataclass(frozen=True)
class Question:
    """A form with one field: a required checkbox without a default, or a text that has to be typed.

    `hides_lines`: not all of the difference or of the arguments is in the message.
    """

    message: str
    typed: str | None
    hides_lines: bool = False

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
        is_right = answer is True if self.typed is None else isinstance(answer, str) and self.is_typed(answer)
        return Outcome.ACCEPTED if is_right else Outcome.WRONG_ANSWER

    def is_typed(self, answer: str) -> bool:
        """Whether this is the text that was asked for."""
        return _typeable(answer) == self.typed


def compose(matter: Matter) -> Question:
    """The question about one matter: what is lost first, then where and why. It holds no secret and no time."""
    found = matter.assessment.findings
    lines = [f"{matter.tool.title}: {plain(found.consequence)}"]
    details = [_change(change) for change in found.changes] or list(_arguments(matter))
    lines += _section("Changes:", _bounded(details)) if found.changes else []
    lines += _section("Touches:", [f"  {plain(count)}" for count in found.counts])
    lines += _section("Warnings:", [f"  ! {plain(warning)}" for warning in found.warnings])
    lines += [] if found.changes else _section("Arguments:", _bounded(details))
    lines += ["", *_place(matter), *_way_back(found)]
    typed = None if found.typed is None else _typeable(found.typed) or _IF_BLANK
    return Question("\n".join(lines), typed, len(details) > _MOST_LINES)


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *lines] if lines else []


def _bounded(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST_LINES
    return lines if more <= 0 else [*lines[:_MOST_LINES], f"  … and {more} more lines that are not shown here"]


def _change(change: Change) -> str:
    """An item of a list that is text stands in the path already; it is not said twice."""
    path = plain(change.path) if _is_certain(change.path.translate(_NO_BRACKETS)) else _shown(change.path)
    if _names(change.path, change.before) and change.after is None:
        return f"  {path}: removed"
    if _names(change.path, change.after) and change.before is None:
        return f"  {path}: added"
    return f"  {path}: {_state(change.before)} → {_state(change.after)}"


def _names(path: str, value: Any) -> bool:
    return isinstance(value, str) and path.endswith(f"[{value}]")


def _state(value: Any) -> str:
    return "not set" if value is None else _shown(value)


def _arguments(matter: Matter) -> Iterator[str]:
    """What is asked for, where it is more than the pool, which has its own line."""
    pool = matter.assessment.pool
    for step in matter.steps:
        request = redacted(step.request)
        if len(matter.steps) > 1:
            yield f"  {step.operation.name}"
        if pool is None or request != {"identity_pool_id": pool.id}:
            yield from _listed(request, depth=1 + (len(matter.steps) > 1))


def _place(matter: Matter) -> list[str]:
    pool, caller, target = matter.assessment.pool, matter.caller, matter.target
    account = f", account {caller.account}" if caller.account else ""
    return [
        *([f"Pool: {_pool(pool)}"] if pool else _unknown_pool(matter)),
        f"Where: {plain(str(target))}{account}",
        *_who(caller),
        f"Asked because: {plain(matter.rule)}",
        f"State: {matter.fingerprint[:12]}",
    ]


def _unknown_pool(matter: Matter) -> list[str]:
    """A human would look for the line."""
    about = {name for step in matter.steps for name in type(step.request).model_fields}
    return ["Pool: not known; AWS does not tell which one an identity is in"] if about & _OF_IDENTITIES else []


def _pool(pool: Pool) -> str:
    return pool.id if pool.name is None else f"{_shown(pool.name)} ({pool.id})"


def _who(caller: Caller) -> list[str]:
    lines = [f"As: {plain(caller.arn)}"] if caller.arn else []
    return lines + ([f"For: {plain(caller.subject)}"] if caller.subject else [])


def _way_back(found: Findings) -> list[str]:
    if found.way_back:
        return [plain(found.way_back)]
    return ["This cannot be undone."] if found.effect is Effect.DESTROY else []


def _typeable(text: str) -> str:
    """The text as it is shown and compared: what a keyboard gives for it counts, whatever was made plain in it."""
    return plain(text)[:_LONGEST_TYPED]


def _listed(value: Any, depth: int) -> list[str]:
    """The value as indented lines, one for each scalar in it."""
    entries: list[tuple[str, Any]]
    if isinstance(value, dict):
        entries = [(f"{_shown(name)}:", item) for name, item in cast("dict[str, Any]", value).items()]
    else:
        entries = [("-", item) for item in cast("list[Any]", value)]
    lines: list[str] = []
    for label, item in entries:
        nests = isinstance(item, dict | list) and item not in ({}, [])
        lines.append("  " * depth + (label if nests else f"{label} {_shown(item)}"))
        lines += _listed(item, depth + 1) if nests else []
    return lines


def _shown(value: Any) -> str:
    """In plain letters; and again, with escapes, where these do not say for certain what it is."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    bare = text if isinstance(value, str) else text.translate(_NO_BRACKETS)
    seen = _cut(plain(text))
    return seen if _is_certain(bare) else f"{seen} ({_cut(_escaped(value))})"


def _is_certain(text: str) -> bool:
    """Whether no other text looks the same when it is shown."""
    return text.isascii() and plain(text) == text


def _escaped(value: Any) -> str:
    """JSON in ASCII, without markup. Of blanks in a row one is escaped: clients may show them as one."""
    return json.dumps(value).replace("  ", " \\u0020").translate(_ESCAPES)


def _cut(text: str) -> str:
    if len(text) <= _LONGEST_VALUE:
        return text
    # The end of an ARN says more than its middle.
    return f"{text[: _LONGEST_VALUE - _TAIL]} … {text[-_TAIL:]} ({len(text)} characters)"


_MARKUP = str.maketrans("`<>[]*", "'‹›()∗")
_ESCAPES = {char: f"\\u{char:04x}" for char in _MARKUP}
_NO_BRACKETS = str.maketrans("", "", "[]")
"""Those of paths and of JSON are no part of a name or value."""


def plain(text: str) -> str:
    """One line without control, formatting or private characters, and without markup that a client might render."""
    return _printable(text).translate(_MARKUP)


def _printable(text: str) -> str:
    return "".join("�" if unicodedata.category(char)[0] == "C" else char for char in " ".join(text.split()))
