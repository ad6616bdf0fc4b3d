"""The tool list: what `tools/list` publishes for each operation of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from mcp_types import Tool, ToolAnnotations

from cognito_identity_mcp.policy.decision import Policy
from cognito_identity_mcp.policy.overview import refusal
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.schema import input_schema, output_schema

_DESTROYS_NOTHING = {Effect.READ, Effect.WRITE}


def hints(operation: Operation) -> ToolAnnotations:
    """The hints that follow from the effect.

    A hint at its default (`idempotentHint: false`, `openWorldHint: true`) is left out, and a tool that only reads needs
    no other hint; MCP specification 2025-11-25, ToolAnnotations.
    """
    if operation.effect is Effect.READ:
        return ToolAnnotations(read_only_hint=True)
    return ToolAnnotations(
        destructive_hint=operation.effect not in _DESTROYS_NOTHING,
        idempotent_hint=True if operation.idempotent else None,
    )


def tool(operation: Operation) -> Tool:
    """The entry of one operation."""
    return Tool(
        name=operation.name,
        title=operation.title,
        description=operation.description,
        input_schema=input_schema(operation),
        output_schema=output_schema(operation),
        annotations=hints(operation),
    )


@cache
def every_tool() -> list[Tool]:
    """All of them without regard to a policy, in the order of the catalogue. The list is not to be altered."""
    return [tool(operation) for operation in OPERATIONS.values()]


def tools(policy: Policy, *, hide_refused: bool) -> list[Tool]:
    """What a server with this policy publishes.

    Tools whose calls it refuses whatever the arguments say so, or are left out. That only saves a model the attempt:
    the call itself is decided again.
    """
    return list(_tools(policy, hide_refused=hide_refused))


def _tools(policy: Policy, *, hide_refused: bool) -> Iterator[Tool]:
    for entry in every_tool():
        refused = refusal(policy, entry.name)
        if refused is None:
            yield entry
        elif not hide_refused:
            words = f"Refused by this server's policy: {refused.rule}. {entry.description}"
            yield entry.model_copy(update={"description": words})
