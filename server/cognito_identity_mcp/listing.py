"""The tool list: what `tools/list` publishes for each tool."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from mcp_types import Tool as Entry, ToolAnnotations

from cognito_identity_mcp.policy.decision import Policy
from cognito_identity_mcp.policy.overview import refusal
from cognito_identity_mcp.secrets.delivery import HANDOFF_SCHEMA
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_tools.operation import Effect, Tool
from cognito_identity_tools.schema import input_schema, output_schema

_DESTROYS_NOTHING = {Effect.READ, Effect.WRITE}


def hints(tool: Tool) -> ToolAnnotations:
    """The hints that follow from the effect.

    A hint at its default (`idempotentHint: false`, `openWorldHint: true`) is left out, and a tool that only reads needs
    no other hint; MCP specification 2025-11-25, ToolAnnotations.
    """
    if tool.effect is Effect.READ:
        return ToolAnnotations(read_only_hint=True)
    return ToolAnnotations(
        destructive_hint=tool.effect not in _DESTROYS_NOTHING,
        idempotent_hint=True if tool.idempotent else None,
    )


def entry(tool: Tool) -> Entry:
    """What is published of one tool, without regard to a policy."""
    return Entry(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=input_schema(tool),
        output_schema=_output_schema(tool),
        annotations=hints(tool),
    )


def _output_schema(tool: Tool) -> dict[str, Any]:
    """Names and types, with what stands beside a secret that is handed off."""
    schema = output_schema(tool)
    return schema if not tool.output_secrets else {**schema, "properties": {**schema["properties"], **HANDOFF_SCHEMA}}


@cache
def every_tool() -> list[Entry]:
    """All of them, in their order. The list is shared: it is not to be altered."""
    return [entry(tool) for tool in TOOLS.values()]


def tools(policy: Policy, *, hide_refused: bool) -> list[Entry]:
    """What a server with this policy publishes.

    Tools whose calls it refuses whatever the arguments say so, or are left out. That only saves a model the attempt:
    the call itself is decided again.
    """
    return list(_tools(policy, hide_refused=hide_refused))


def _tools(policy: Policy, *, hide_refused: bool) -> Iterator[Entry]:
    for published in every_tool():
        refused = refusal(policy, TOOLS[published.name])
        if refused is None:
            yield published
        elif not hide_refused:
            words = f"Refused by this server's policy: {refused.rule}. {published.description}"
            yield published.model_copy(update={"description": words})
