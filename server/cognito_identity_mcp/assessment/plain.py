"""Findings from the operation and its arguments alone, for operations without an assessor that reads."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Findings
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect, Operation


def _assessor(operation: Operation) -> Any:
    async def assess(request: Any, live: Live) -> Findings:  # noqa: ARG001 - reads nothing
        typed = _name_to_type(request) if operation.effect is Effect.DESTROY else None
        return Findings(operation.effect, operation.description, typed=typed)

    return assess


def _name_to_type(request: Any) -> str:
    ids: list[str] = getattr(request, "identity_ids_to_delete", [])
    if len(ids) > 1:
        return f"delete {len(ids)} identities"
    names = ("source_user_identifier", "identity_id", "identity_pool_id")
    return ids[0] if ids else next(str(getattr(request, name)) for name in names if hasattr(request, name))


ASSESSORS = {name: _assessor(row) for name, row in OPERATIONS.items() if row.effect is not Effect.READ}
