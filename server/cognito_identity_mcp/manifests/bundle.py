"""`mcpb/manifest.json`: the server as an MCP bundle (MCPB 0.4), installed by a click and run by the host's uv.

In a bundle this file stands at the top of the checkout, next to `pyproject.toml`. The type `uv` is experimental in 0.4:
its schema requires `mcp_config`, although its text calls it optional.
"""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp import __version__
from cognito_identity_mcp.manifests import identity
from cognito_identity_mcp.manifests.files import Files, as_json
from cognito_identity_mcp.toolbox import TOOLS

ENTRY_POINT = "server/cognito_identity_mcp/__main__.py"

SETTINGS = {
    "profile": "AWS profile",
    "region": "AWS region",
    "read_only": "Read only",
    "local": "Local service",
}
"""Titles of the settings that the host asks for."""


def files() -> Files:
    return {"mcpb/manifest.json": as_json(_manifest())}


def _manifest() -> dict[str, Any]:
    return {
        "manifest_version": "0.4",
        "name": identity.PACKAGE,
        "display_name": identity.TITLE,
        "version": __version__,
        "description": identity.SUMMARY,
        "author": {"name": identity.AUTHOR},
        "repository": {"type": "git", "url": identity.REPOSITORY},
        "homepage": identity.REPOSITORY,
        "license": identity.LICENSE,
        "keywords": list(identity.KEYWORDS),
        "server": {"type": "uv", "entry_point": ENTRY_POINT, "mcp_config": _launch()},
        "tools": [{"name": name, "description": each.description} for name, each in TOOLS.items()],
        "compatibility": {"platforms": ["darwin", "linux", "win32"], "runtimes": {"python": ">=3.11"}},
        "user_config": {setting: _option(setting, title) for setting, title in SETTINGS.items()},
    }


def _launch() -> dict[str, Any]:
    run = ["run", "--directory", "${__dirname}", "--no-dev", identity.PACKAGE, *identity.LAUNCH]
    return {
        "command": "uv",
        "args": run,
        "env": {identity.variable(setting): f"${{user_config.{setting}}}" for setting in SETTINGS},
    }


def _option(setting: str, title: str) -> dict[str, Any]:
    """A default stands everywhere: a host puts nothing in the place of an option that has neither value nor default."""
    switch = identity.is_switch(setting)
    return {
        "type": "boolean" if switch else "string",
        "title": title,
        "description": identity.description(setting),
        "required": False,
        "default": False if switch else "",
    }
