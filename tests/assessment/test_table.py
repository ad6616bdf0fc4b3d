"""The table of assessors is complete."""

from __future__ import annotations

from cognito_identity_mcp.assessment.table import ASSESSORS
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect


def test_there_is_one_assessor_for_every_operation_that_is_not_a_read() -> None:
    assert list(ASSESSORS) == [name for name, row in OPERATIONS.items() if row.effect is not Effect.READ]
    assert len(ASSESSORS) == 15
