"""One row of a table of warnings, and the one function that reads such tables.

A row's `found` looks at one situation and yields the words for its sentence, once for each time it holds. The rows of a
table stand in the order of gravity, in which the warnings appear. Source of the rows: fact sheet §17.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")

Words = Iterable[tuple[str, ...]]

MOST_OF_A_KIND = 5
"""Warnings of one row that are said one by one."""


@dataclass(frozen=True)
class Hazard(Generic[S]):
    """`raises`: a call with this hazard is at least an `overwrite`, even if it only adds.

    It opens access to somebody, or what it adds locks somebody out. What replaces or removes is an `overwrite` anyway.
    """

    id: str
    sentence: str
    found: Callable[[S], Words]
    raises: bool = False


@dataclass(frozen=True)
class Warned:
    """What the rows of a table say about a situation."""

    sentences: tuple[str, ...]
    raises: bool


def warned(hazards: Sequence[Hazard[S]], situation: S) -> Warned:
    """Every row that holds, as sentences; the gravest first. What holds often is said a few times and then counted."""
    holding = [(hazard, found) for hazard in hazards if (found := list(hazard.found(situation)))]
    sentences = tuple(sentence for hazard, found in holding for sentence in _said(hazard.sentence, found))
    return Warned(sentences, any(hazard.raises for hazard, _ in holding))


def _said(sentence: str, found: Sequence[tuple[str, ...]]) -> list[str]:
    """So that many warnings of one kind do not bury those of the others."""
    more = len(found) - MOST_OF_A_KIND
    said = [sentence.format(*words) for words in found[:MOST_OF_A_KIND]]
    return [*said[:-1], f"{said[-1]} (And {more} more like this.)"] if more > 0 else said


def when(condition: bool, *words: str) -> Words:
    return [words] if condition else []


def listed(names: Sequence[str], most: int = 3) -> str:
    """A few names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
