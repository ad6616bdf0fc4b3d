"""The schema: made by migrations that agree with the tables, brought up to date, and refused when it is not ours."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from stat import S_IMODE

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from cognito_identity_mcp.confirmation.approvals import Approvals
from cognito_identity_mcp.journal.chain import Verification
from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.storage import schema
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.storage.tables import HEAD, metadata

MIGRATIONS = Path(schema.__file__).parent / "migrations"
OURS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL ORDER BY name"


def executed(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def queried(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite3"


@pytest.fixture
def prepared(file: Path) -> Path:
    schema.prepare(file, 1)
    return file


def refusal(file: Path) -> str:
    """What is said of a file that is refused; it stays as it was, to the byte."""
    before = file.read_bytes()
    with pytest.raises(StorageUnavailable) as caught:
        schema.prepare(file, 1)
    assert file.read_bytes() == before
    return str(caught.value)


def test_the_migrations_lead_to_the_tables(prepared: Path, tmp_path: Path) -> None:
    by_tables = tmp_path / "tables.sqlite3"
    engine = create_engine(f"sqlite:///{by_tables}")
    metadata.create_all(engine)
    engine.dispose()
    migrated = queried(prepared, OURS)
    assert [row for row in migrated if row[0] != "trigger"] == queried(by_tables, OURS)
    assert [row[1] for row in migrated if row[0] == "trigger"] == ["records_never_change", "records_never_go"]
    engine = create_engine(f"sqlite:///{prepared}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_ids_of_the_migrations_count_up_to_the_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    ids = [row.revision for row in script.walk_revisions()]
    assert ids == sorted(ids, reverse=True)
    assert ids[0] == script.get_current_head() == HEAD
    assert {len(name) for name in ids} == {4}


def test_the_file_is_private_and_alone(prepared: Path) -> None:
    assert [path.name for path in prepared.parent.iterdir()] == ["state.sqlite3"]
    assert S_IMODE(prepared.stat().st_mode) == 0o600
    assert queried(prepared, "PRAGMA journal_mode") == [("wal",)]
    assert queried(prepared, "PRAGMA integrity_check") == [("ok",)]


def test_a_prepared_file_is_left_as_it_is(prepared: Path) -> None:
    executed(prepared, "INSERT INTO handoffs VALUES ('h', 'k', x'00', '{}', 1, 2, 3)")
    before = prepared.read_bytes()
    schema.prepare(prepared, 1)
    assert prepared.read_bytes() == before


def test_a_newer_schema_is_refused(prepared: Path) -> None:
    executed(prepared, "UPDATE alembic_version SET version_num = '0999'")
    assert refusal(prepared) == (
        f"The database {prepared} was written by a newer version of this program (schema 0999, this one reads up to "
        f"{HEAD}). Update the program, or choose another folder with --state."
    )


def test_a_file_that_lacks_a_table_is_refused(prepared: Path) -> None:
    executed(prepared, "DROP TABLE grants")
    text = f"The database {prepared} lacks tables. Restore it from a copy, or move it away to start empty."
    assert refusal(prepared) == text
    executed(prepared, "DROP TABLE alembic_version")
    assert refusal(prepared) == text


@pytest.mark.parametrize("statements", [(), ("CREATE TABLE notes (text)", "INSERT INTO notes VALUES ('mine')")])
def test_a_file_of_another_program_is_refused(file: Path, statements: tuple[str, ...]) -> None:
    executed(file, "PRAGMA user_version = 1", *statements)
    assert refusal(file) == (f"The database {file} belongs to another program. Choose another folder with --state.")


def test_a_file_that_is_no_database_is_refused(file: Path) -> None:
    file.write_bytes(b"# Notes\n" * 1000)
    assert refusal(file) == (
        f"The database {file} is not a database. Restore it from a copy, or move it away to start empty."
    )


FIRST = Path(__file__).parent / "data" / "schema-0001.sqlite3"
"""Written by the program when its schema was the first one: a call with its outcome, a refusal, and an intent."""

FIRST_HEAD = "0137a4e4bb155da7e136a4043ccd9b12fb86d487e97bc4836f977f74cceaaba9"


@pytest.fixture
def first(tmp_path: Path) -> StateFolder:
    folder = StateFolder.at(tmp_path / "state")
    folder.database.touch(0o600)
    folder.database.write_bytes(FIRST.read_bytes())
    return folder


async def test_a_file_of_the_first_schema_keeps_its_record_whole_and_takes_decisions(first: StateFolder) -> None:
    database = Database(first)
    found = Journal(database, lambda: 1_800_000_010.0)
    assert await found.verify() == Verification(4, FIRST_HEAD, outcomes=1)
    assert [change.state for change in await found.changes(5)] == ["under way", "refused", "done"]
    approvals = Approvals(database, lambda: 1_800_000_010.0)
    (waiting,) = await approvals.latest(1)
    assert await approvals.approve(waiting.id, "me")
    assert [(change.state, change.code) for change in await found.changes(1)] == [("approved", "approved")]
    assert (await found.verify(FIRST_HEAD)).records == 5
    await database.aclose()


def test_a_cut_at_the_end_shows_through_a_migration(first: StateFolder) -> None:
    executed(first.database, "DROP TRIGGER records_never_go", "DELETE FROM records")
    executed(first.database, "CREATE TRIGGER records_never_go BEFORE DELETE ON records BEGIN SELECT 1; END")
    schema.prepare(first.database, 1)
    assert queried(first.database, "SELECT seq FROM sqlite_sequence WHERE name = 'records'") == [(4,)]
    assert queried(first.database, OURS) == queried(made_anew(first), OURS)


def test_a_handoff_of_the_first_schema_holds_until_it_expires(first: StateFolder) -> None:
    executed(first.database, "DELETE FROM handoffs", "INSERT INTO handoffs VALUES ('h', 'k', x'00', '{}', 1, 2)")
    schema.prepare(first.database, 1)
    assert queried(first.database, "SELECT * FROM handoffs") == [("h", "k", b"\0", "{}", 1.0, 2.0, 2.0)]


def made_anew(beside: StateFolder) -> Path:
    file = beside.path / "anew.sqlite3"
    schema.prepare(file, 1)
    return file


TO_COME = f"{int(HEAD) + 1:04}"
NEXT = f"""
import sqlalchemy as sa
from alembic import op

revision = "{TO_COME}"
down_revision = "{HEAD}"

def upgrade():
    op.add_column("handoffs", sa.Column("colour", sa.Text))
    {{more}}
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations of a version to come; returns the file of the newest one."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    monkeypatch.setattr(schema, "_MIGRATIONS", folder)
    monkeypatch.setattr(schema, "HEAD", TO_COME)
    return folder / "versions" / f"r{TO_COME}_colour.py"


def test_an_older_schema_is_brought_up_to_date_with_its_data(prepared: Path, next_version: Path) -> None:
    next_version.write_text(NEXT.format(more=""))
    executed(prepared, "INSERT INTO handoffs VALUES ('h', 'k', x'00', '{}', 1, 2, 3)")
    schema.prepare(prepared, 1)
    assert queried(prepared, "SELECT * FROM handoffs") == [("h", "k", b"\0", "{}", 1.0, 2.0, 3.0, None)]
    assert queried(prepared, "SELECT version_num FROM alembic_version") == [(TO_COME,)]


def test_a_migration_that_fails_leaves_everything_as_it_was(prepared: Path, next_version: Path) -> None:
    next_version.write_text(NEXT.format(more="raise ZeroDivisionError"))
    before = queried(prepared, "SELECT * FROM sqlite_master")
    with pytest.raises(ZeroDivisionError):
        schema.prepare(prepared, 1)
    assert queried(prepared, "SELECT * FROM sqlite_master") == before
    assert queried(prepared, "SELECT version_num FROM alembic_version") == [(HEAD,)]


PREPARES = """
import sys
from pathlib import Path
from cognito_identity_mcp.storage import schema
import alembic.command
sys.stdin.readline()
schema.prepare(Path(sys.argv[1]), 10)
"""


def test_processes_that_make_it_at_once_make_one(file: Path) -> None:
    processes = [
        subprocess.Popen(  # noqa: S603 - our own program
            (sys.executable, "-c", PREPARES, str(file)), stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 4
    assert {process.returncode for process in processes} == {0}
    assert [path.name for path in file.parent.iterdir()] == ["state.sqlite3"]
    assert queried(file, "SELECT version_num FROM alembic_version") == [(HEAD,)]
