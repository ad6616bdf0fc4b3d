"""`tools/<tool>.json`: each entry exactly as `tools/list` publishes it."""

from __future__ import annotations

from cognito_identity_mcp.listing import every_tool
from cognito_identity_mcp.manifests.files import Files, as_json


def files() -> Files:
    entries = {tool.name: tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in every_tool()}
    return {f"tools/{name}.json": as_json(entry) for name, entry in entries.items()}
