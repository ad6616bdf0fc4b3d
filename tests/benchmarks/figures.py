"""Figures: what one timed stretch gave, what several rounds of it amount to, and how that is written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Sample:
    """One stretch of a closed loop: its length and the time of every call in it, in seconds."""

    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Calls per second."""
        return len(self.latencies) / self.seconds

    @property
    def median(self) -> float:
        return median(self.latencies)

    @property
    def slowest(self) -> float:
        """As a multiple of the median."""
        return max(self.latencies) / self.median


@dataclass(frozen=True)
class Cell:
    """The same stretch in all rounds; every figure is the median of the rounds."""

    samples: Sequence[Sample]

    @property
    def rate(self) -> float:
        return median(sample.rate for sample in self.samples)

    @property
    def latency(self) -> float:
        return median(sample.median for sample in self.samples)

    @property
    def slowest(self) -> float:
        return median(sample.slowest for sample in self.samples)


@dataclass(frozen=True)
class Goal:
    """A bound of the project, and whether this run met it."""

    text: str
    measured: str
    met: bool


def ratio(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def milliseconds(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def count(value: float) -> str:
    return f"{value:,.0f}"


def mebibytes(size: int | None) -> str:
    """Where the system does not tell the memory of a process there is none to show."""
    return "–" if size is None else f"{size / 2**20:.0f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown: the first column is text, the others are figures."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def goals(found: Iterable[Goal]) -> str:
    return table(("Goal", "Measured", "Met"), ((goal.text, goal.measured, _word(goal.met)) for goal in found))


def _word(met: object) -> str:
    return "yes" if met else "**no**"
