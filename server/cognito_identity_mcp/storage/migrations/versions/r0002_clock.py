"""The latest time that was seen, so that a clock that is set back revives nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("latest", sa.Double, nullable=False),
        sa.CheckConstraint("id = 1", name="clock_one_row"),
    )
