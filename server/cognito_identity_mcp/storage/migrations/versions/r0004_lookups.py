"""Looking up a pool's records and the open questions without reading all. SQLite indexes what it computes itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NEVER = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
_POOL_ID = "coalesce(nullif(json_extract(body, '$.attempt.pool.id'), ''), json_extract(body, '$.pool.id'))"
_POOL_NAME = "coalesce(json_extract(body, '$.attempt.pool.name'), json_extract(body, '$.pool.name'))"
_COPY = (
    "INSERT INTO records (seq, change_id, kind, at, body, previous, hash) "
    "SELECT seq, change_id, kind, at, body, previous, hash FROM records_before"
)


def upgrade() -> None:
    op.rename_table("records", "records_before")
    op.execute("DROP TRIGGER records_never_change")
    op.execute("DROP TRIGGER records_never_go")
    op.drop_index("records_by_change")
    _records()
    op.execute(_COPY)
    # How many records there ever were shows a cut at the end.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'records'")
    op.execute("UPDATE sqlite_sequence SET name = 'records' WHERE name = 'records_before'")
    op.drop_table("records_before")
    op.create_index("records_by_change", "records", ["change_id"])
    op.create_index("records_by_pool", "records", ["pool_id", "pool_name", "at"])
    op.execute(f"CREATE TRIGGER records_never_change BEFORE UPDATE ON records {_NEVER}")
    op.execute(f"CREATE TRIGGER records_never_go BEFORE DELETE ON records {_NEVER}")
    op.create_index("approvals_by_status", "approvals", ["status", "expires_at"])
    op.create_index("approvals_by_expiry", "approvals", ["expires_at"])


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("change_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("pool_id", sa.Text, sa.Computed(f"CASE WHEN json_valid(body) THEN {_POOL_ID} END", persisted=False)),
        sa.Column(
            "pool_name",
            sa.Text,
            sa.Computed(f"CASE WHEN json_valid(body) AND kind <> 'decided' THEN {_POOL_NAME} END", persisted=False),
        ),
        sa.CheckConstraint("kind IN ('refused', 'intended', 'finished', 'decided')", name="records_kind"),
        sqlite_autoincrement=True,
    )
