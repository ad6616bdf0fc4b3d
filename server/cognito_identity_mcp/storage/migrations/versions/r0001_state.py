"""Approvals, grants, hand-offs and the journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NEVER = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"


def upgrade() -> None:
    _approvals()
    _grants()
    _handoffs()
    _records()


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("tool", sa.Text, nullable=False),
        sa.Column("matter", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("typed", sa.Text),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("decided_at", sa.Double),
        sa.Column("decided_by", sa.Text),
        sa.Column("used_at", sa.Double),
        sa.CheckConstraint("kind IN ('elicitation', 'approval')", name="approvals_kind"),
        sa.CheckConstraint("status IN ('pending', 'approved', 'denied', 'used')", name="approvals_status"),
    )
    op.create_index("approvals_by_matter", "approvals", ["matter", "status"])


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("operations", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("pool_id", sa.Text),
        sa.Column("pool_name", sa.Text),
        sa.Column("max_calls", sa.Integer, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False, server_default="0"),
        sa.Column("max_identities", sa.Integer),
        sa.Column("identities", sa.Integer, nullable=False, server_default="0"),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("revoked_at", sa.Double),
        sa.Column("revoked_by", sa.Text),
        sa.CheckConstraint("calls BETWEEN 0 AND max_calls", name="grants_calls"),
        sa.CheckConstraint(
            "identities >= 0 AND (max_identities IS NULL OR identities <= max_identities)", name="grants_identities"
        ),
        sa.CheckConstraint("(pool_id IS NULL) <> (pool_name IS NULL)", name="grants_pool"),
    )


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("handle", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
    )


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
        sa.CheckConstraint("kind IN ('refused', 'intended', 'finished')", name="records_kind"),
        sqlite_autoincrement=True,
    )
    op.create_index("records_by_change", "records", ["change_id"])
    op.execute(f"CREATE TRIGGER records_never_change BEFORE UPDATE ON records {_NEVER}")
    op.execute(f"CREATE TRIGGER records_never_go BEFORE DELETE ON records {_NEVER}")
