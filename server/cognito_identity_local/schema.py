"""The tables, as the steps that lead to them: a new file takes all of them, a file of an older version the rest."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from cognito_identity_local.descriptions import description

APPLICATION_ID = 0x43474944
"""'CGID': tells our files from other programs' SQLite files."""

_FIRST = """
CREATE TABLE pools (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    identity_pool_id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    settings TEXT NOT NULL,
    roles TEXT NOT NULL
) STRICT;
CREATE INDEX pools_by_place ON pools (account, region, seq);
CREATE TABLE identities (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    identity_id TEXT NOT NULL UNIQUE,
    pool INTEGER NOT NULL REFERENCES pools (seq) ON DELETE CASCADE,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    modified REAL NOT NULL
) STRICT;
CREATE INDEX identities_by_pool ON identities (pool);
CREATE INDEX enabled_identities_by_pool ON identities (pool) WHERE state <> 'disabled';
CREATE TABLE logins (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    pool INTEGER NOT NULL,
    identity INTEGER NOT NULL REFERENCES identities (seq) ON DELETE CASCADE,
    developer INTEGER NOT NULL,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    UNIQUE (pool, developer, provider, subject)
) STRICT;
CREATE INDEX logins_by_identity ON logins (identity);
CREATE TABLE principal_tags (
    pool INTEGER NOT NULL REFERENCES pools (seq) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    use_defaults INTEGER NOT NULL,
    tags TEXT NOT NULL,
    PRIMARY KEY (pool, provider)
) STRICT, WITHOUT ROWID;
CREATE TABLE signing_keys (
    region TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    private_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

_PROVIDERS = "SELECT provider FROM logins WHERE identity = ? ORDER BY seq"


def _first(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in _FIRST.split(";"):
        connection.execute(statement)


def _second(connection: sqlite3.Connection) -> None:
    """Descriptions are kept as text. One index fewer to write: disabled identities are few, and skipped when read."""
    connection.execute("DROP INDEX enabled_identities_by_pool")
    connection.execute("ALTER TABLE identities ADD COLUMN description TEXT NOT NULL DEFAULT ''")
    rows = connection.execute("SELECT seq, identity_id, created, modified, state = 'disabled' FROM identities")
    for seq, identity_id, created, modified, is_disabled in rows.fetchall():
        providers = [name for (name,) in connection.execute(_PROVIDERS, (seq,))]
        text = description(identity_id, created, modified, providers, is_disabled=bool(is_disabled))
        connection.execute("UPDATE identities SET description = ? WHERE seq = ?", (text, seq))


_STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _second)

SCHEMA_VERSION = len(_STEPS)


def version_of(connection: sqlite3.Connection) -> int:
    """How many of the steps were taken; 0: none, the data are new."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Takes the steps that are missing. Call it inside a transaction: a file is of one version or of another."""
    version = version_of(connection)
    for number, step in enumerate(_STEPS[version:], start=version + 1):
        step(connection)
        connection.execute(f"PRAGMA user_version = {number}")
