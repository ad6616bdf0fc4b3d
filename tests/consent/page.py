"""docs/consent.md: the outcome table as the tests play it, between markers; the words around it are written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.interaction.clients import ERAS, Era

from .outcomes import ERA_NAMES, IN_PROCESS, OUTCOMES, Outcome
from .stage import ASKED, DONE

PAGE = Path(__file__).parents[2] / "docs" / "consent.md"
BEGIN = "<!-- outcomes: begin (python -m tests.consent) -->"
END = "<!-- outcomes: end -->"

_WORDS = {DONE: "the result", ASKED: "the question, anew"}


def with_table(page: str) -> str:
    """The page with the table as it is now."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return "\n".join([head + BEGIN, "", *_table(), "", END + tail])


def _table() -> Iterator[str]:
    eras = " | ".join(f"{ERA_NAMES[era]}: the client gets" for era in ERAS)
    yield f"| What happens | {eras} | Calls sent | Played over |"
    yield "|---|---|---|---|---|"
    reasons = _reasons()
    yield from (_row(outcome, reasons) for outcome in OUTCOMES)
    yield ""
    yield from (f"{number}. {reason}." for number, reason in enumerate(reasons, start=1))


def _reasons() -> list[str]:
    """Why rows cannot be played in an era, each once."""
    missing = (outcome.gets(era) for outcome in OUTCOMES for era in ERAS if not outcome.applies_to(era))
    return list(dict.fromkeys(missing))


def _row(outcome: Outcome, reasons: Sequence[str]) -> str:
    over = "in process" if outcome.transports == IN_PROCESS else "stdio, HTTP"
    cells = " | ".join(_cell(outcome, era, reasons) for era in ERAS)
    return f"| {outcome.name} | {cells} | {outcome.runs} | {over} |"


def _cell(outcome: Outcome, era: Era, reasons: Sequence[str]) -> str:
    gets = outcome.gets(era)
    if not outcome.applies_to(era):
        return f"— ({reasons.index(gets) + 1})"
    return _WORDS.get(gets) or (f"`{gets}`" if " " not in gets else gets)
