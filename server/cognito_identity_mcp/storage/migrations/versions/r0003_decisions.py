"""Records of what a person decided outside the conversation. SQLite changes a CHECK only by making the table anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NEVER = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"


def upgrade() -> None:
    op.rename_table("records", "records_before")
    op.execute("DROP TRIGGER records_never_change")
    op.execute("DROP TRIGGER records_never_go")
    op.drop_index("records_by_change")
    _records()
    op.execute("INSERT INTO records SELECT seq, change_id, kind, at, body, previous, hash FROM records_before")
    # How many records there ever were shows a cut at the end.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'records'")
    op.execute("UPDATE sqlite_sequence SET name = 'records' WHERE name = 'records_before'")
    op.drop_table("records_before")
    op.create_index("records_by_change", "records", ["change_id"])
    op.execute(f"CREATE TRIGGER records_never_change BEFORE UPDATE ON records {_NEVER}")
    op.execute(f"CREATE TRIGGER records_never_go BEFORE DELETE ON records {_NEVER}")


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
        sa.CheckConstraint("kind IN ('refused', 'intended', 'finished', 'decided')", name="records_kind"),
        sqlite_autoincrement=True,
    )
