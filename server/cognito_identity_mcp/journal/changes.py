"""A change as people look at it: its attempt and its outcome together, or what is known where there is none.

Imports nothing heavy: tools are described with these before any journal is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from cognito_identity_mcp.advice import HOW_TO_FIND_OUT
from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.journal.records import Attempt, Decision, Outcome, Refusal
from cognito_identity_mcp.program import command
from cognito_identity_tools.catalogue import OPERATIONS

State = Literal["refused", "done", "failed", "under way", "unknown", "approved", "denied", "granted", "revoked"]
"""`under way`: its server runs, as far as can be told, and the outcome is not overdue. `approved` and `denied` are what
a person decided about a call in a terminal, `granted` and `revoked` about calls to come; calls have rows of their own.
"""

_CLOCKS_DIFFER = 300.0
"""Seconds around a call in which to look for it in CloudTrail."""


class NoSuchChange(Exception):
    """There is no change with this id."""

    def __init__(self, change_id: str) -> None:
        super().__init__(f"There is no change {change_id!r}; list_changes and `changes list` show the ids.")


class JournalDamaged(Exception):
    """A record cannot be understood any more."""

    def __init__(self, change_id: str) -> None:
        super().__init__(
            f"A record of {change_id} cannot be read: it was changed. "
            f"Run `{command('changes', 'verify')}`, with the server's --state if it has one, and restore the state "
            "folder from a copy."
        )


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which changes to list; None leaves all in."""

    pool_id: str | None = None
    tool: str | None = None
    state: State | None = None


@dataclass(frozen=True)
class Change:
    """One attempt and what came of it. `at`, `finished_at` and `due` are Unix seconds.

    `refusal` is set where the call did not go out, `outcome` where it went out and its end is known.
    """

    id: str
    at: float
    state: State
    attempt: Attempt
    refusal: Refusal | None = None
    outcome: Outcome | None = None
    finished_at: float | None = None
    due: float | None = None

    @property
    def pool(self) -> Pool | None:
        """The pool that it was about, as far as it is known; that of a creation has an id only if it was made."""
        made = self.outcome.pool if self.outcome else None
        return self.attempt.pool if self.attempt.pool and self.attempt.pool.id else made or self.attempt.pool

    @property
    def went_out(self) -> bool:
        """Whether it is a call that was sent, or may have been; else it is a refusal, or a person's decision."""
        return self.state not in {"refused", *get_args(Decision)}

    @property
    def code(self) -> str:
        """The outcome in a word or two: `done`, an error's code, `under way`, `unknown`."""
        ended = self.refusal or self.outcome
        return ended.code if ended else self.state

    @property
    def how_to_find_out(self) -> str | None:
        """Where nobody knows whether it was carried out: how to learn it."""
        return self.finding_out if self.state == "unknown" else None

    @property
    def finding_out(self) -> str:
        """How to learn whether it was carried out, if its server is gone."""
        name = self.attempt.operation
        row = OPERATIONS.get(name)
        trail = f" {_in_cloudtrail(row.aws_name, self.at, self.due)}" if row else ""
        return HOW_TO_FIND_OUT.get(name, "Read the state again and compare it with the request.") + trail


def _in_cloudtrail(event: str, at: float, due: float | None) -> str:
    first, last = (_time(second) for second in (at - _CLOCKS_DIFFER, (due or at) + _CLOCKS_DIFFER))
    return f"In CloudTrail, if it records them, look for {event} between {first} and {last}."


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
