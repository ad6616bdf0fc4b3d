"""Who holds a data file: a note beside it, so that whoever finds the file locked can say so or use that service.

The lock itself is SQLite's and ends with the process; a note without a lock is a left-over that means nothing, and
whoever gets the lock removes it: until the new holder's own note is there, nobody may be sent to the old one's address.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Holder:
    """The process that has the file open, and the address at which its service answers."""

    pid: int
    url: str


def note(file: Path) -> Path:
    return file.with_name(f"{file.name}.holder")


@contextmanager
def announced(file: Path | None, url: str) -> Generator[None]:
    """Tells others that this process holds the file. Call it with the lock held; data in memory has no others."""
    if file is None:
        yield
        return
    _write(note(file), Holder(os.getpid(), url))
    try:
        yield
    finally:
        forget(file)


def forget(file: Path) -> None:
    """Call it with the lock held and nothing announced."""
    note(file).unlink(missing_ok=True)


def holder_of(file: Path) -> Holder | None:
    """What the note says; None while there is none, or none that can be read."""
    try:
        return Holder(**json.loads(note(file).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, holder: Holder) -> None:
    """In one step, readable for this user only."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as opened:
        json.dump(asdict(holder), opened)
    unfinished.replace(path)
