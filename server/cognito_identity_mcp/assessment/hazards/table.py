"""All warnings there are."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.assessment.hazards import identities, pools, roles, sign_ins, tags
from cognito_identity_mcp.assessment.hazards.hazard import Hazard

HAZARDS: tuple[Hazard[Any], ...] = (
    *pools.POOL,
    *pools.POOL_LOSS,
    *roles.ROLES,
    *tags.PRINCIPAL_TAGS,
    *tags.TAGS,
    *identities.UNLINKING,
    *identities.DELETION,
    *identities.MERGING,
    *sign_ins.SIGN_IN,
    *sign_ins.SEVERAL_LOGINS,
    *sign_ins.GUESTS,
    *sign_ins.DEVELOPER_SIGN_IN,
)
"""All rows."""
