"""From a result or a failure to what the client gets: structured content for programs, text for models and people."""

from __future__ import annotations

import json

from mcp_types import CallToolResult, TextContent

from cognito_identity_mcp.errors import Failure
from cognito_identity_mcp.secrets.redaction import redacted
from cognito_identity_tools.operation import Tool
from cognito_identity_tools.shapes import Shape

_WITHHELD_NOTE = (
    "The secret was issued but is withheld from this conversation. "
    "Start the server with --secrets inline to have it in results."
)


def result(tool: Tool, output: Shape, *, shows_secrets: bool) -> CallToolResult:
    """The result of a call: members that AWS left out are left out, times are RFC 3339."""
    hides = bool(tool.output_secrets) and not shows_secrets
    data = redacted(output) if hides else output.model_dump(mode="json", exclude_none=True)
    text = json.dumps(data, ensure_ascii=False) if data else f"{tool.title}: done."
    notes = [_WITHHELD_NOTE] if hides else []
    return CallToolResult(content=[TextContent(text=line) for line in (text, *notes)], structured_content=data)


def failure(failed: Failure) -> CallToolResult:
    """A tool error, so that the model sees it and can correct itself."""
    return CallToolResult(
        content=[TextContent(text=failed.as_text())], structured_content=failed.as_dict(), is_error=True
    )
