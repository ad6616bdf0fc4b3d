"""The workflows, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cognito_identity_mcp.workflows import list_changes, undo_change
from cognito_identity_mcp.workflows.workflow import Workflow

_ROWS: tuple[Workflow, ...] = (list_changes.TOOL, undo_change.TOOL)

WORKFLOWS: Mapping[str, Workflow] = MappingProxyType({row.name: row for row in _ROWS})
"""In the order in which they are listed."""
