"""The table of what is held and what is deferred, for docs/requirements.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from .behaviour import Behaviour, Confidence
from .collection import ROOT, held
from .manifest import AREAS, MANIFEST

PAGE = ROOT / "docs" / "requirements.md"
BEGIN = "<!-- table: begin (python -m tests.requirements --write) -->"
END = "<!-- table: end -->"


def report() -> str:
    """Markdown."""
    tests = holders(held())
    parts = (
        *_counts(tests),
        "",
        *_areas(tests),
        "",
        "### Deferred",
        "",
        *_deferrals(),
        "",
        "### Unknown",
        "",
        *_unknowns(),
    )
    return "\n".join(parts)


def with_report(page: str) -> str:
    """The page with the report between its markers."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{report()}\n\n{END}{tail}"


def holders(marks: Mapping[str, Sequence[str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for test, ids in marks.items():
        for each in ids:
            found.setdefault(each, []).append(test)
    return found


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    return [_row(*head), f"|{'|'.join('---' for _ in head)}|", *(_row(*row) for row in rows)]


def _counts(tests: Mapping[str, list[str]]) -> list[str]:
    kinds = {kind: [each for each in MANIFEST if each.confidence is kind] for kind in Confidence}
    rows = [(kind.value, *_count(group, tests)) for kind, group in kinds.items()]
    return _table(("Confidence", "Behaviours", "Held by tests", "Deferred"), [*rows, ("all", *_count(MANIFEST, tests))])


def _areas(tests: Mapping[str, list[str]]) -> list[str]:
    rows = [(name, *_count(area, tests)) for name, area in AREAS.items()]
    return _table(("Area", "Behaviours", "Held by tests", "Deferred"), rows)


def _count(group: Sequence[Behaviour], tests: Mapping[str, list[str]]) -> tuple[int, int, int]:
    states = Counter("held" if each.id in tests else "deferred" for each in group)
    return len(group), states["held"], states["deferred"]


def _deferrals() -> list[str]:
    rows = [(each.id, each.section, each.sentence, each.deferral) for each in MANIFEST if each.deferral]
    return _table(("Id", "Source", "Behaviour", "Why nothing tests it"), rows)


def _unknowns() -> list[str]:
    rows = [(each.section, each.sentence, f"`{each.default}`") for each in MANIFEST if each.default]
    return _table(("Source", "What the service does meanwhile", "Where that stands"), rows)
