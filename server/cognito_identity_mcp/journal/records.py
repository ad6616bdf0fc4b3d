"""What the journal keeps: attempts and outcomes as values, and one form in which they are written and hashed.

Nothing here holds a secret: requests and images were redacted where they were made.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from cognito_identity_mcp.assessment.model import Image, Pool
from cognito_identity_mcp.callers import Caller
from cognito_identity_mcp.policy.decision import Verdict
from cognito_identity_tools.operation import Effect

GENESIS = "0" * 64
"""What the first record names as the one before it; the head of an empty journal."""

DONE = "done"
"""Code of an outcome that is no error."""

OUTCOME_UNKNOWN = "OutcomeUnknown"
"""Code of an outcome where the call may have been carried out, but no answer came."""

Kind = Literal["refused", "intended", "finished", "decided"]

_FORM = "cognito-identity-mcp journal 1"
"""Names the form of what is hashed, so that another one can never be taken for it."""


@dataclass(frozen=True)
class Evidence:
    """Why a gated call was allowed: a human's answer in the conversation, an approval outside it, or a grant.

    `id` is that of the answer, approval or grant; `era` the protocol in which a client was asked; `by` who said yes.
    """

    kind: Literal["answer", "approval", "grant"]
    id: str
    era: str | None = None
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A call that is about to go out, or was refused.

    `request` is redacted; `before` is the state that was read, for undoing; `undoes` is the change that this call takes
    back; `part_of` is the id of the run of a workflow tool that it belongs to.
    """

    tool: str
    operation: str
    request: dict[str, Any]
    place: str
    region: str
    caller: Caller
    effect: Effect
    verdict: Verdict
    rule: str
    evidence: Evidence | None
    pool: Pool | None
    fingerprint: str | None
    before: tuple[Image, ...] = ()
    undoes: str | None = None
    part_of: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How a call that went out ended: `code` is `DONE` or the error's; `ms` is how long it took, in milliseconds.

    `pool` is the one that the service answered with: that of a new pool has its id.
    """

    code: str
    message: str
    request_id: str | None
    ms: float
    after: tuple[Image, ...] = ()
    pool: Pool | None = None


@dataclass(frozen=True)
class Refusal:
    """Why a call did not go out."""

    code: str
    message: str


Decision = Literal["approved", "denied", "granted", "revoked"]
"""What a person decides in a terminal: about a call that waits for them, or about calls to come."""


@dataclass(frozen=True)
class Opening:
    """The body of a change's first record: a refusal, an intent with the time by which its outcome is due, a decision.

    `writer` names the program that carries an intent out (`storage.presence`), where others can tell that it runs.
    """

    attempt: Attempt
    refusal: Refusal | None = None
    due: float | None = None
    writer: str | None = None
    decided: Decision | None = None


@dataclass(frozen=True)
class Record:
    """One link of the chain. `at` is in Unix seconds; `previous` is the hash of the record before it."""

    seq: int
    change_id: str
    kind: str
    at: float
    body: str
    previous: str

    @property
    def hash(self) -> str:
        """SHA-256 over everything in the record, in hex."""
        facts = [_FORM, self.seq, self.change_id, self.kind, self.at, self.body, self.previous]
        return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


def encoded(body: Opening | Outcome) -> str:
    """The body as JSON: no spaces, `?` for what is no Unicode.

    Maps keep their order, so that undoing puts them back to the byte. What is hashed is the text itself.
    """
    data = _sorted_scopes(to_jsonable_python(body))
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode(errors="replace").decode()


def opening(body: str) -> Opening:
    """Raises:
    pydantic.ValidationError: it is no body of a first record.
    """
    return _openings().validate_json(body)


def outcome(body: str) -> Outcome:
    """Raises:
    pydantic.ValidationError: it is no body of an outcome.
    """
    return _outcomes().validate_json(body)


@cache
def _openings() -> TypeAdapter[Opening]:
    return TypeAdapter(Opening)


@cache
def _outcomes() -> TypeAdapter[Outcome]:
    return TypeAdapter(Outcome)


def _sorted_scopes(data: dict[str, Any]) -> dict[str, Any]:
    """A set has no order of its own."""
    caller = data.get("attempt", {}).get("caller")
    if caller is not None:
        caller["scopes"].sort()
    return data
