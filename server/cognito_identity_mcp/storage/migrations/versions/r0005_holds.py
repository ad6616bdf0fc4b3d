"""Until when a hand-off can be fetched, beside the expiry that it is sealed with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.rename_table("handoffs", "handoffs_before")
    op.create_table(
        "handoffs",
        sa.Column("handle", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("holds_until", sa.Double, nullable=False),
    )
    op.execute(
        "INSERT INTO handoffs SELECT handle, kind, sealed, facts, created_at, expires_at, expires_at "
        "FROM handoffs_before"
    )
    op.drop_table("handoffs_before")
