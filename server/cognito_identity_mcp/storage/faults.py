"""What makes the database unusable, in words. Imports nothing heavy: callers name `StorageUnavailable` at start."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

_DAMAGED = ("is damaged", "Restore it from a copy, or move it away to start empty")
_NO_ACCESS = ("cannot be opened", "Check that the folder exists and that this user may write to it")
_BROKEN_DISK = ("cannot be read or written", "Check the disk and its free space")

_REASONS = MappingProxyType(
    {
        "SQLITE_BUSY": ("is locked by another process", "Try again; end a process that holds it for long"),
        "SQLITE_LOCKED": ("is locked", "Try again"),
        "SQLITE_PROTOCOL": ("is locked by another process", "Try again; end a process that holds it for long"),
        "SQLITE_CORRUPT": _DAMAGED,
        "SQLITE_NOTADB": ("is not a database", _DAMAGED[1]),
        "SQLITE_FORMAT": _DAMAGED,
        "SQLITE_READONLY": ("cannot be written", "Make it and its folder writable for this user"),
        "SQLITE_PERM": _NO_ACCESS,
        "SQLITE_CANTOPEN": _NO_ACCESS,
        "SQLITE_FULL": ("cannot grow: the disk is full", "Make room on the disk"),
        "SQLITE_IOERR": _BROKEN_DISK,
        "SQLITE_NOLFS": _BROKEN_DISK,
    }
)
"""By SQLite's primary result code (https://www.sqlite.org/rescode.html)."""


class StorageUnavailable(Exception):
    """The database cannot be used; nothing was written. The message says which file, why, and what to do."""

    def __init__(self, file: Path, reason: str, what_to_do: str) -> None:
        super().__init__(f"The database {file} {reason}. {what_to_do}.")


@contextmanager
def told_plainly(file: Path) -> Generator[None]:
    """Turns errors of SQLite that are about the file, not about the statement, into `StorageUnavailable`."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        known = _known(error.orig)
        if known is None:
            raise
        raise StorageUnavailable(file, *known) from error


def _known(error: BaseException | None) -> tuple[str, str] | None:
    name = getattr(error, "sqlite_errorname", "")
    return next((words for code, words in _REASONS.items() if name == code or name.startswith(f"{code}_")), None)
