"""`server.json`: the entry in the MCP registry, schema of 2025-12-11."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from cognito_identity_mcp import __version__
from cognito_identity_mcp.manifests import identity
from cognito_identity_mcp.manifests.files import Files, as_json
from cognito_identity_mcp.settings import Settings

SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"

SETTINGS = ("profile", "region", "read_only", "local", "log_level")


def files() -> Files:
    return {"server.json": as_json(_server())}


def _server() -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "name": identity.REGISTRY_NAME,
        "title": identity.TITLE,
        "description": identity.SUMMARY,
        "repository": {"url": identity.REPOSITORY, "source": "github"},
        "version": __version__,
        "packages": [_package()],
    }


def _package() -> dict[str, Any]:
    return {
        "registryType": "pypi",
        "identifier": identity.PACKAGE,
        "version": __version__,
        "runtimeHint": "uvx",
        "transport": {"type": "stdio"},
        "packageArguments": [{"type": "positional", "value": argument} for argument in identity.LAUNCH],
        "environmentVariables": [_variable(setting) for setting in SETTINGS],
    }


def _variable(setting: str) -> dict[str, Any]:
    """Defaults are texts in this schema; a setting without one has none."""
    field = Settings.model_fields[setting]
    default = str(field.default).lower() if identity.is_switch(setting) else field.default
    choices = list(get_args(field.annotation)) if get_origin(field.annotation) is Literal else None
    optional = {"default": default, "choices": choices}
    return {
        "name": identity.variable(setting),
        "description": identity.description(setting),
        "format": "boolean" if identity.is_switch(setting) else "string",
        **{key: value for key, value in optional.items() if value is not None},
    }
