"""Which of the programs that write into one state folder are gone, however they ended.

Each holds a lock on a file of its own for as long as it runs, and the system frees the lock when the process ends. The
lock is SQLite's, as that on the database: whoever shares the database sees it, from other containers too. What is known
is that a program is gone; where that cannot be told, it counts as running.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock

_KEEPING_THE_LOCK = ("locking_mode = EXCLUSIVE", "journal_mode = OFF", "synchronous = OFF", "user_version = 1")
"""The last one writes, so that a file with something in it was locked before."""


class Presence:
    """One program among those that use a state folder. Everything but `name` and `owed` blocks for a moment.

    `owed` are the ids of changes that this program began and has not recorded the end of.
    """

    def __init__(self, folder: Path) -> None:
        self.name: str | None = None
        self.owed: set[str] = set()
        self._folder = folder / "running"
        self._announcing = Lock()
        self._held: sqlite3.Connection | None = None

    def announce(self) -> str | None:
        """The name under which the others see that this program runs; None where no file can be made or locked."""
        with self._announcing:
            if self.name is None:
                name = secrets.token_hex(8)
                self._held = _locked(self._folder / name)
                self.name = name if self._held else None
        return self.name

    def gone(self) -> frozenset[str]:
        """The names of programs that run no more, but for those that were forgotten."""
        try:
            files = list(self._folder.iterdir())
        except OSError:
            return frozenset()
        return frozenset(file.name for file in files if file.name != self.name and _is_free(file))

    def forget(self, names: Iterable[str]) -> None:
        """Removes the files of programs that are gone; one that cannot be removed stays for another program."""
        for name in names:
            with suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)

    def leave(self) -> None:
        """Frees the lock. The file goes too, unless an end is owed: then the others are to know that it never comes."""
        if self.name is not None and self._held is not None:
            self._held.close()
            self.forget(() if self.owed else (self.name,))
        self.name = self._held = None
        self.owed.clear()


def _locked(file: Path) -> sqlite3.Connection | None:
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error):
        return None
    try:
        for pragma in _KEEPING_THE_LOCK:
            connection.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error:
        connection.close()
        file.unlink(missing_ok=True)
        return None
    return connection


def _is_free(file: Path) -> bool:
    try:
        return file.stat().st_size > 0 and _can_be_read(file)
    except (OSError, sqlite3.Error):
        return False


def _can_be_read(file: Path) -> bool:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").close()
    return True
