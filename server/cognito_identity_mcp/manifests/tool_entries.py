"""What `tools/list` publishes, from the models: `tools/<tool>.json` for whoever reads, and one file for the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mcp_types import Tool as Entry, ToolAnnotations

from cognito_identity_mcp.manifests.files import Files, as_json
from cognito_identity_mcp.secrets.delivery import HANDOFF_SCHEMA
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_tools.operation import Effect, Tool
from cognito_identity_tools.schema import input_schema, output_schema

_DESTROYS_NOTHING = {Effect.READ, Effect.WRITE}


def files() -> Files:
    return {f"tools/{entry['name']}.json": as_json(entry) for entry in _entries()}


def published() -> str:
    """All entries in the order in which they are listed: the file that `listing` reads."""
    return as_json(list(_entries()))


def _entries() -> Iterator[dict[str, Any]]:
    for tool in TOOLS.values():
        yield _entry(tool).model_dump(mode="json", by_alias=True, exclude_none=True)


def _entry(tool: Tool) -> Entry:
    return Entry(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=input_schema(tool),
        output_schema=_output_schema(tool),
        annotations=_hints(tool),
    )


def _output_schema(tool: Tool) -> dict[str, Any]:
    """Names and types, with what stands beside a secret that is handed off."""
    schema = output_schema(tool)
    return schema if not tool.output_secrets else {**schema, "properties": {**schema["properties"], **HANDOFF_SCHEMA}}


def _hints(tool: Tool) -> ToolAnnotations:
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
