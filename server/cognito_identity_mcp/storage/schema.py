"""The schema of the database file: read, made, brought up to date, or refused. Blocking; runs in a worker thread.

alembic takes most of a second to import, so it is left alone when the file is at `HEAD` already.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from cognito_identity_mcp.storage.faults import StorageUnavailable, told_plainly
from cognito_identity_mcp.storage.placing import placed
from cognito_identity_mcp.storage.tables import APPLICATION_ID, HEAD, metadata

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSIONS = "alembic_version"
_VERSION = text("SELECT max(version_num) FROM alembic_version")


_ALEMBIC = Lock()
"""Its migrations find their connection through a global of its own: one thread at a time."""


def prepare(file: Path, busy_timeout: float) -> None:
    """Leaves a database at `HEAD` in the file; processes may do it at once.

    Raises:
        StorageUnavailable: the file cannot be used, or is not ours or not of our time; it was not changed.
    """
    with told_plainly(file):
        if not _exists(file):
            _make(file)
        with _engine(file, busy_timeout) as engine:
            if _version(engine, file) != HEAD:
                _upgrade(engine, file)


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        raise _cannot_make(file, error) from error


def _make(file: Path) -> None:
    try:
        with placed(file) as unfinished, _engine(unfinished, 0) as engine:
            _set_wal(engine)
            with engine.begin() as connection:
                _migrate(connection)
    except OSError as error:
        raise _cannot_make(file, error) from error


def _cannot_make(file: Path, error: OSError) -> StorageUnavailable:
    todo = "Check that the folder exists, has room, and that this user may write to it"
    return StorageUnavailable(file, f"cannot be made: {error.strerror}", todo)


def _set_wal(engine: Engine) -> None:
    """Stays with the file. It cannot be set inside a transaction, so not on a connection of SQLAlchemy's."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


@contextmanager
def _engine(file: Path, busy_timeout: float) -> Generator[Engine]:
    # With isolation_level None no statement starts a transaction but our own BEGIN: so DDL is inside it too.
    engine = create_engine(address("sqlite", file), connect_args={"isolation_level": None, "timeout": busy_timeout})
    event.listen(engine, "begin", begin)
    try:
        yield engine
    finally:
        engine.dispose()


def address(driver: str, file: Path) -> URL:
    """The file for SQLAlchemy. A text would be taken apart at a `?` in the path, and a `%` be taken for an escape."""
    return URL.create(driver, database=str(file))


def begin(connection: Connection) -> None:
    """Begins a transaction as the connection's options say; for the event of an engine."""
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _version(engine: Engine, file: Path) -> str:
    """The migration that the file is at."""
    with engine.begin() as connection:
        return _checked_version(connection, file)


def _checked_version(connection: Connection, file: Path) -> str:
    tables = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
    if connection.scalar(text("PRAGMA application_id")) != APPLICATION_ID:
        raise StorageUnavailable(file, "belongs to another program", "Choose another folder with --state")
    version = connection.scalar(_VERSION) if _VERSIONS in tables else None
    _check_version(version, tables, file)
    return str(version)


def _check_version(version: str | None, tables: set[str], file: Path) -> None:
    if version is None or (version == HEAD and not tables >= metadata.tables.keys()):
        raise StorageUnavailable(file, "lacks tables", "Restore it from a copy, or move it away to start empty")
    if version > HEAD:
        raise StorageUnavailable(
            file,
            f"was written by a newer version of this program (schema {version}, this one reads up to {HEAD})",
            "Update the program, or choose another folder with --state",
        )


def _upgrade(engine: Engine, file: Path) -> None:
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
        if _checked_version(connection, file) != HEAD:
            _migrate(connection)


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with _ALEMBIC:
        command.upgrade(config, "head")
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
