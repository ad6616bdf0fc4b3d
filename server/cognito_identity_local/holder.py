"""Who holds a data file: a note beside it, so that whoever finds the file locked can say so or use that service.

The lock itself is SQLite's and ends with the process; a note without a lock is a left-over that means nothing, and
whoever gets the lock removes it: until the new holder's own note is there, nobody may be sent to the old one's address.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Holder:
    """The process that has the file open, and the address at which its service answers."""

    pid: int
    url: str


def note(file: Path) -> Path:
    return file.with_name(f"{file.name}.holder")


def announce(file: Path, url: str) -> None:
    """Tells others that this process holds the file. Call it with the lock held.

    Raises:
        OSError: the note cannot be written; there is none then.
    """
    unfinished = file.with_name(f"{note(file).name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as opened:
            json.dump(asdict(Holder(os.getpid(), url)), opened)
        unfinished.replace(note(file))
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def forget(file: Path) -> None:
    """Removes the note. Call it with the lock held."""
    note(file).unlink(missing_ok=True)


def holder_of(file: Path) -> Holder | None:
    """What the note says; None while there is none, or none that can be read."""
    try:
        return Holder(**json.loads(note(file).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
