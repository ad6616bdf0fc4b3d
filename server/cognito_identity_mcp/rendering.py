"""From a result or a failure to what the client gets: structured content for programs, text for models and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp_types import CallToolResult, ContentBlock, TextContent
from pydantic_core import to_json

from cognito_identity_mcp.errors import Failure
from cognito_identity_tools.operation import Tool

if TYPE_CHECKING:
    from cognito_identity_mcp.secrets.delivery import Delivered


def result(tool: Tool, delivered: Delivered) -> CallToolResult:
    """The result of a call; times are RFC 3339."""
    text = to_json(delivered.data).decode() if delivered.data else f"{tool.title}: done."
    content: list[ContentBlock] = [TextContent(text=line) for line in (text, *delivered.notes)]
    return CallToolResult(content=content, structured_content=delivered.data)


def failure(failed: Failure) -> CallToolResult:
    """A tool error, so that the model sees it and can correct itself."""
    return CallToolResult(
        content=[TextContent(text=failed.as_text())], structured_content=failed.as_dict(), is_error=True
    )
