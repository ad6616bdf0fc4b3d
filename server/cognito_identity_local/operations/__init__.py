"""What each operation does: the area modules bear the names of those in the catalogue."""

from __future__ import annotations

from cognito_identity_local.operations import (
    credentials,
    developer_identities,
    identities,
    identity_pools,
    principal_tags,
    roles,
    tags,
)
from cognito_identity_local.operations.handler import Handler

_AREAS = (identity_pools, identities, credentials, developer_identities, roles, principal_tags, tags)

HANDLERS: dict[str, Handler] = {name: handler for area in _AREAS for name, handler in area.HANDLERS.items()}
"""By the operation's name."""
