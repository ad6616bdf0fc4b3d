"""How much is measured, and the progress of it."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from .environments import cache_folder


class Steps:
    """The bar of one benchmark. It is drawn between stretches only: drawing costs the client time."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def expect(self, total: int) -> None:
        self._progress.update(self._task, total=total)

    def done(self, what: str) -> None:
        self._progress.update(self._task, advance=1, description=what)
        self._progress.refresh()


@dataclass(frozen=True)
class Plan:
    """`seconds` is the length of one stretch; one round more is run first and thrown away."""

    rounds: int
    seconds: float
    identities: int
    """In the large pool of `growth`."""
    steps: Steps

    def orders(self, names: Sequence[str]) -> Iterator[tuple[bool, Sequence[str]]]:
        """For each round whether it counts, and an order of its own.

        Whoever starts after a program of other modules finds its own out of the cache.
        """
        order = Random(0)  # noqa: S311 - an order, no secret
        for number in range(self.rounds + 1):
            yield number > 0, order.sample(names, len(names))


@contextmanager
def steps(name: str) -> Generator[Steps]:
    columns = (TextColumn("{task.description:<48}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False) as progress:
        yield Steps(progress, progress.add_task(name, total=None))


@contextmanager
def scratch() -> Generator[Path]:
    """A folder for data and logs, on the disk that the user's caches are on, not in memory."""
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="run-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
