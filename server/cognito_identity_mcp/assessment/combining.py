"""Several findings as one: what a human agrees to when one yes stands for several operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from cognito_identity_mcp.assessment.effects import strictest
from cognito_identity_mcp.assessment.model import Findings, Step
from cognito_identity_tools.operations.identities import DeleteIdentitiesInput


def joined(steps: Sequence[Step]) -> list[Step]:
    """The steps, with all deletions of identities as one, in the place of the first.

    AWS takes sixty ids at once; whoever deletes more has to be told how many they are.
    """
    places = [place for place, step in enumerate(steps) if isinstance(step.request, DeleteIdentitiesInput)]
    if len(places) < 2:
        return list(steps)
    ids = [each for place in places for each in getattr(steps[place].request, _IDS)]
    first = steps[places[0]]
    whole = Step(first.operation, first.request.model_copy(update={_IDS: ids}))
    return [whole if place == places[0] else step for place, step in enumerate(steps) if place not in places[1:]]


_IDS = "identity_ids_to_delete"


def combined(findings: Sequence[Findings]) -> Findings:
    """One findings for all: the strictest effect, a sentence for each step, and everything else one after the other."""
    if len(findings) == 1:
        return findings[0]
    return Findings(
        effect=strictest(each.effect for each in findings),
        consequence=" ".join(each.consequence for each in findings),
        changes=tuple(chain.from_iterable(each.changes for each in findings)),
        counts=tuple(chain.from_iterable(each.counts for each in findings)),
        warnings=_once(chain.from_iterable(each.warnings for each in findings)),
        way_back=" ".join(_once(each.way_back for each in findings if each.way_back)),
        typed=_typed([each.typed for each in findings if each.typed is not None]),
    )


def _once(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentences))


def _typed(wanted: Sequence[str]) -> str | None:
    """What one step wants typed; of several, how many of them destroy."""
    if len(wanted) > 1:
        return f"destroy in {len(wanted)} steps"
    return wanted[0] if wanted else None
