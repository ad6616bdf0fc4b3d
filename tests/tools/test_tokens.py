"""What the tool list costs a model before it has done anything."""

from __future__ import annotations

import json
from typing import Any

import quicktok

from cognito_identity_mcp.listing import every_tool

BUDGET = 6_000
"""Tokens of o200k_base for all 23 tools with their output schemas."""


def test_the_tool_list_stays_within_its_budget() -> None:
    untyped: Any = quicktok
    entries = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in every_tool()]
    published = json.dumps(entries, separators=(",", ":"), ensure_ascii=False)
    assert len(untyped.get_encoding("o200k_base").encode(published)) <= BUDGET
