"""The tables, as they are at `HEAD`. Times are Unix seconds (UTC); lists and objects are JSON texts.

The migrations in `migrations/` make them; a test holds that both agree.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

HEAD = "0005"
"""The newest migration. Ids are numbers that count up, so that a newer schema is known as one."""

APPLICATION_ID = 0x43474D43
"""'CGMC' in the file's header: tells our files from other programs' SQLite files."""

metadata = MetaData()

approvals = Table(
    "approvals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("typed", Text),
    Column("facts", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("decided_at", Double),
    Column("decided_by", Text),
    Column("used_at", Double),
    CheckConstraint("kind IN ('elicitation', 'approval')", name="approvals_kind"),
    CheckConstraint("status IN ('pending', 'approved', 'denied', 'used')", name="approvals_status"),
    Index("approvals_by_matter", "matter", "status"),
    Index("approvals_by_status", "status", "expires_at"),
    Index("approvals_by_expiry", "expires_at"),
)
"""Questions that were asked, and what came of them. `matter` is the digest of what an answer is good for."""

grants = Table(
    "grants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("operations", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("account", Text),
    Column("pool_id", Text),
    Column("pool_name", Text),
    Column("max_calls", Integer, nullable=False),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("max_identities", Integer),
    Column("identities", Integer, nullable=False, server_default="0"),
    Column("note", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("revoked_at", Double),
    Column("revoked_by", Text),
    CheckConstraint("calls BETWEEN 0 AND max_calls", name="grants_calls"),
    CheckConstraint(
        "identities >= 0 AND (max_identities IS NULL OR identities <= max_identities)", name="grants_identities"
    ),
    CheckConstraint("(pool_id IS NULL) <> (pool_name IS NULL)", name="grants_pool"),
)
"""What a human allowed ahead of time; the CHECKs keep every use inside its bounds."""

handoffs = Table(
    "handoffs",
    metadata,
    Column("handle", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("facts", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("holds_until", Double, nullable=False),
)
"""Secrets on their way to a human, sealed. `facts` holds nothing secret.

All but `holds_until` is sealed: `expires_at` by the word of AWS, `holds_until` by this machine's clock.
"""

clock = Table(
    "clock",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("latest", Double, nullable=False),
    CheckConstraint("id = 1", name="clock_one_row"),
)
"""One row: the latest time that was seen when something could have expired."""

_POOL_ID = "coalesce(nullif(json_extract(body, '$.attempt.pool.id'), ''), json_extract(body, '$.pool.id'))"
_POOL_NAME = "coalesce(json_extract(body, '$.attempt.pool.name'), json_extract(body, '$.pool.name'))"

records = Table(
    "records",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("change_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Column("pool_id", Text, Computed(f"CASE WHEN json_valid(body) THEN {_POOL_ID} END", persisted=False)),
    Column(
        "pool_name",
        Text,
        Computed(f"CASE WHEN json_valid(body) AND kind <> 'decided' THEN {_POOL_NAME} END", persisted=False),
    ),
    CheckConstraint("kind IN ('refused', 'intended', 'finished', 'decided')", name="records_kind"),
    Index("records_by_change", "change_id"),
    Index("records_by_pool", "pool_id", "pool_name", "at"),
    sqlite_autoincrement=True,
)
"""The journal. Triggers refuse to change or delete a row.

`pool_id` and `pool_name` are read out of the body, which is what is hashed: the pool that a call is about or has made,
and the name that the call found or gave. A decision knows only the name in its question.
"""
