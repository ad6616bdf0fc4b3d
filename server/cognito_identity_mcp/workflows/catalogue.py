"""The workflows, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cognito_identity_mcp.workflows import (
    audit_identity_pools,
    inspect_identity_pool,
    list_changes,
    patch_identity_pool,
    purge_identities,
    undo_change,
)
from cognito_identity_mcp.workflows.workflow import Workflow

_ROWS: tuple[Workflow, ...] = (
    patch_identity_pool.TOOL,
    inspect_identity_pool.TOOL,
    audit_identity_pools.TOOL,
    purge_identities.TOOL,
    list_changes.TOOL,
    undo_change.TOOL,
)

WORKFLOWS: Mapping[str, Workflow] = MappingProxyType({row.name: row for row in _ROWS})
"""In the order in which they are listed."""
