"""Several findings as one: what a human agrees to when one yes stands for several operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from cognito_identity_mcp.assessment.effects import strictest
from cognito_identity_mcp.assessment.model import Findings

_T = TypeVar("_T")


def combined(findings: Sequence[Findings]) -> Findings:
    """One findings for all: the strictest effect, a sentence for each step, everything else together, each once."""
    if len(findings) == 1:
        return findings[0]
    return Findings(
        effect=strictest(each.effect for each in findings),
        consequence=" ".join(each.consequence for each in findings),
        changes=_once(change for each in findings for change in each.changes),
        counts=_once(count for each in findings for count in each.counts),
        warnings=_once(warning for each in findings for warning in each.warnings),
        way_back=" ".join(_once(each.way_back for each in findings if each.way_back)),
        typed=_typed(_once(each.typed for each in findings if each.typed is not None)),
    )


def _once(items: Iterable[_T]) -> tuple[_T, ...]:
    seen: list[_T] = []
    for item in items:
        if item not in seen:
            seen.append(item)
    return tuple(seen)


def _typed(wanted: tuple[str, ...]) -> str | None:
    """What is typed for one step, or for several that want the same; else how many things are lost."""
    if len(wanted) < 2:
        return wanted[0] if wanted else None
    return f"destroy {len(wanted)} things"
