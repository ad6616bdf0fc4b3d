"""What the tool list costs a model before it has done anything."""

from __future__ import annotations

import json
from typing import Any

import quicktok
from mcp_types import Tool

from cognito_identity_mcp.listing import every_tool
from cognito_identity_tools.catalogue import OPERATIONS

OPERATIONS_BUDGET = 6_000
"""Tokens of o200k_base for the 23 operations with their output schemas."""

WORKFLOWS_BUDGET = 3_000
"""The same for the workflow tools."""


def test_the_operations_stay_within_their_budget() -> None:
    assert _tokens([tool for tool in every_tool() if tool.name in OPERATIONS]) <= OPERATIONS_BUDGET


def test_the_workflows_stay_within_their_budget() -> None:
    assert _tokens([tool for tool in every_tool() if tool.name not in OPERATIONS]) <= WORKFLOWS_BUDGET


def _tokens(tools: list[Tool]) -> int:
    untyped: Any = quicktok
    entries = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]
    published = json.dumps(entries, separators=(",", ":"), ensure_ascii=False)
    return len(untyped.get_encoding("o200k_base").encode(published))
