"""The SQLite file: creating, opening, refusing, and transactions.

Owns the file. The tables are `schema`'s business, what is in them `store`'s. SQLite is called on the service's own
event loop on purpose: there is one writer, and a commit to the write-ahead log costs less than a thread switch.
`synchronous=NORMAL` keeps every acknowledged write when the process is killed; power loss may take the last ones. The
file is locked for one process.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from cognito_identity_local.holder import forget, holder_of
from cognito_identity_local.schema import APPLICATION_ID, SCHEMA_VERSION, bring_up_to_date, version_of

_log = logging.getLogger(__name__)

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_WITH_WAL = b"\2\2"
"""Where the header names the versions of the format: the file has a write-ahead log."""

_WHOLE = ("BEGIN", "COMMIT", ("ROLLBACK",))
_PART = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))


class LocalServiceError(Exception):
    """The service cannot start. The message says what is wrong, where, and what to do next."""


class DataInUseError(LocalServiceError):
    """Another process has the file open; `holder` is what it says of itself, if it does."""

    def __init__(self, file: Path) -> None:
        self.holder = holder_of(file)
        by = f"process {self.holder.pid}, which serves it at {self.holder.url}" if self.holder else "another process"
        super().__init__(f"{file} is in use by {by}. Use that service, stop it, or choose another data file.")


class Database:
    """One open database and its transactions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Commits at the end, rolls back on any error. Inside another one it is a part of that, undone by itself."""
        begin, commit, undo = _PART if self.connection.in_transaction else _WHOLE
        self.connection.execute(begin)
        try:
            yield
            self.connection.execute(commit)
        except BaseException:
            # SQLite may have rolled back by itself, as on a full disk; a second time would hide the reason.
            if self.connection.in_transaction:
                for statement in undo:
                    self.connection.execute(statement)
            raise

    def close(self) -> None:
        self.connection.close()


def open_database(file: Path | None) -> Database:
    """The database in the file, which is made at need, with its folder but none above; None: in memory.

    Raises:
        LocalServiceError: the file or its folder cannot be used. Nothing has been written to existing data.
    """
    if file is None:
        database = Database(_tuned(_connect(":memory:")))
        with database.transaction():
            bring_up_to_date(database.connection)
        return database
    try:
        _make_folder(file)
        header = _header(file)
        _check_header(file, header)
        return _open(file, is_ready=header[18:20] == _WITH_WAL)
    except OSError as error:
        raise LocalServiceError(
            f"Cannot use the data file {file}: {error.strerror}. Choose a file in a folder this user can write to."
        ) from error


def _make_folder(file: Path) -> None:
    """Private when made here; a folder that exists keeps its permissions.

    Raises:
        LocalServiceError: more than one folder is missing; such a path is rather a slip of the pen.
    """
    folder = file.parent
    if folder.exists():
        return
    if not folder.parent.exists():
        raise LocalServiceError(
            f"Cannot use the data file {file}: there is no folder {folder.parent}. Make it, or choose another file."
        )
    folder.mkdir(mode=0o700, exist_ok=True)
    _log.info("made the folder %s for the data", folder)


def _header(file: Path) -> bytes:
    """Read without SQLite, which may write where it reads. A file that is not there is made, empty and private."""
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_CREAT, 0o600), "rb") as opened:
        return opened.read(_HEADER)


def _check_header(file: Path, header: bytes) -> None:
    """An empty file is a new one, unless there are writes beside it, which belong to something that is lost."""
    if not header and not file.with_name(f"{file.name}-wal").exists():
        return
    version, application = int.from_bytes(header[60:64]), int.from_bytes(header[68:72])
    if header[:16] != _MAGIC or len(header) < _HEADER:
        raise LocalServiceError(f"{file} is not a database. Restore it from a copy, or move it away to start empty.")
    if application != APPLICATION_ID:
        raise LocalServiceError(f"{file} belongs to another program. Choose another data file.")
    _refuse_newer(file, version)


def _refuse_newer(file: Path, version: int) -> None:
    if version > SCHEMA_VERSION:
        raise LocalServiceError(
            f"{file} was written by a newer version of this program (schema {version}, this one reads up to "
            f"{SCHEMA_VERSION}). Update the program, or choose another data file."
        )


def _open(file: Path, *, is_ready: bool) -> Database:
    try:
        if not is_ready:
            _make(file)
        with ExitStack() as on_failure:
            connection = on_failure.enter_context(closing(_connect(str(file))))
            _take(connection, file)
            on_failure.pop_all()
            return Database(connection)
    except sqlite3.Error as error:
        raise _refusal(file, error) from error


def _make(file: Path) -> None:
    """The tables in one step, then the write-ahead log: a start that is killed here leaves nothing to repair.

    Several may start at once. Without a log, connections that are to keep their locks would wait for each other. The
    data will hold keys, so that a file which somebody made for them becomes private while it is empty.
    """
    if file.stat().st_size == 0:
        file.chmod(0o600)
    with closing(_connect(str(file))) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        bring_up_to_date(connection)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def _take(connection: sqlite3.Connection, file: Path) -> None:
    """Locks the file for good. What the last writes made of it may be in the write-ahead log and not in the header."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    _tuned(connection)
    connection.execute("BEGIN IMMEDIATE")
    _refuse_newer(file, version_of(connection))
    bring_up_to_date(connection)
    connection.execute("SELECT count(*) FROM pools").fetchone()
    connection.execute("COMMIT")
    forget(file)


def _refusal(file: Path, error: sqlite3.Error) -> LocalServiceError:
    if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DataInUseError(file)
    return LocalServiceError(_why_not(file, error))


def _why_not(file: Path, error: sqlite3.Error) -> str:
    if error.sqlite_errorname.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR")):
        return f"{file} is damaged ({error}). Restore it from a copy, or move it away to start empty."
    return f"Cannot open {file}: {error}. Check its permissions and the free space."


def _connect(name: str) -> sqlite3.Connection:
    """Opened by the thread that starts the service, then used by the one that runs it; never by two at once."""
    return sqlite3.connect(name, isolation_level=None, check_same_thread=False, timeout=0.2)


def _tuned(connection: sqlite3.Connection) -> sqlite3.Connection:
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "cache_size = -32768",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection
