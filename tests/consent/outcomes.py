"""Every way in which asking can end, as data: what is played, what the client gets, how many calls go out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mcp_types import ElicitResult

from tests.interaction.clients import ERAS, Era, says_yes

from . import scenarios
from .scenarios import CLIENT_FAILED, Scenario, accepts, answered, ends, meanwhile
from .stage import ASKED, DONE, NAME

PROCESSES = ("stdio", "http")
"""The server is a process of its own, and its client reaches it as clients do."""
IN_PROCESS = ("in process",)

ERA_NAMES: dict[Era, str] = {"legacy": "`initialize` era", "auto": "2026-07-28"}

_NO_STATE = "The answer comes on the connection of the question; no state travels"
_ON_CONNECTION = "The question ends with its connection; the next call asks anew"
_OPEN_END = "The call ends with the question; an answer that comes too late brings a state that has expired"


@dataclass(frozen=True)
class Outcome:
    """One row. `legacy` and `auto` are the code that the client gets in that era, or why it cannot happen there.

    `runs` is how many calls go out. `deletes`: then the pool is gone. `recorded`: the journal has the refusal.
    """

    name: str
    play: Scenario
    legacy: str
    auto: str
    runs: int = 0
    deletes: bool = True
    recorded: bool = True
    transports: tuple[str, ...] = PROCESSES
    only: Era | None = None

    def gets(self, era: Era) -> str:
        return self.legacy if era == "legacy" else self.auto

    def applies_to(self, era: Era) -> bool:
        return self.only in (None, era)


def same(name: str, play: Scenario, code: str, *, runs: int = 0, recorded: bool = True) -> Outcome:
    """A row that is the same in both eras."""
    return Outcome(name, play, code, code, runs, recorded=recorded)


def modern(
    name: str,
    play: Scenario,
    code: str,
    *,
    runs: int = 0,
    deletes: bool = True,
    transports: tuple[str, ...] = PROCESSES,
    why_not: str = _NO_STATE,
) -> Outcome:
    """A row that the connections of the `initialize` era do not know."""
    return Outcome(name, play, why_not, code, runs, deletes, transports=transports, only="auto")


_INVALID = "ConfirmationStateInvalid"
_WRONG = "ConfirmationWrongAnswer"
_GONE = "ResourceNotFoundException"

OUTCOMES: tuple[Outcome, ...] = (
    same("accepted", accepts(NAME), DONE, runs=1),
    same("accepted with another text", accepts("yes"), _WRONG),
    same("accepted with a value of another type", accepts(answer=True), _WRONG),
    same("accepted without content", answered(lambda _: ElicitResult(action="accept")), _WRONG),
    same("declined", ends("decline"), "ConfirmationDeclined"),
    same("dismissed", ends("cancel"), "ConfirmationDismissed"),
    same("the client cannot ask", scenarios.cannot_ask, "ApprovalRequired"),
    Outcome("the client says that it can ask, and fails", scenarios.fails_to_ask, "ApprovalRequired", CLIENT_FAILED),
    Outcome("the client answers another question", scenarios.answers_another_question, _WRONG, ASKED),
    same(
        "the pool is changed meanwhile; then declined",
        meanwhile(scenarios.changed, scenarios.declines),
        "ConfirmationDeclined",
    ),
    same("the pool is changed meanwhile; then accepted", meanwhile(scenarios.changed, says_yes), DONE, runs=1),
    same("the pool is deleted meanwhile", meanwhile(scenarios.deleted), _GONE, recorded=False),
    same("the pool is deleted and made anew meanwhile", scenarios.recreated, _GONE, recorded=False),
    same(
        "the database is away when the answer comes", scenarios.without_database, "RecordsUnavailable", recorded=False
    ),
    modern("the server is started anew meanwhile", scenarios.restarted, DONE, runs=1, why_not=_ON_CONNECTION),
    modern("the state is tampered with", scenarios.tampered, _INVALID),
    Outcome(
        "nobody answers in time",
        scenarios.too_late,
        "ConfirmationTimedOut",
        _OPEN_END,
        only="legacy",
        transports=IN_PROCESS,
    ),
    modern("the state has expired", scenarios.expired, _INVALID, transports=IN_PROCESS),
    modern("the state is used again", scenarios.replayed, "ConfirmationAlreadyUsed", runs=1, deletes=False),
    modern(
        "the state is used fifty times at once",
        scenarios.replayed_at_once,
        "ConfirmationAlreadyUsed",
        runs=1,
        deletes=False,
    ),
    modern("the state goes to other arguments", scenarios.other_arguments, _INVALID),
    modern("the state goes to another tool", scenarios.other_tool, _INVALID),
    modern("the state goes to a server with another folder", scenarios.other_server, _INVALID),
    modern("the state goes to a server for another place", scenarios.other_place, _INVALID),
    modern("the answer comes under another principal", scenarios.other_principal, ASKED, transports=IN_PROCESS),
)


@dataclass(frozen=True)
class Case:
    outcome: Outcome
    era: Era
    transport: str

    def __str__(self) -> str:
        return f"{self.outcome.name}-{self.era}-{self.transport}"


def cases() -> Iterator[Case]:
    """Each row in each era in which it can happen, over each transport."""
    for outcome in OUTCOMES:
        for era in ERAS:
            if outcome.applies_to(era):
                yield from (Case(outcome, era, transport) for transport in outcome.transports)
