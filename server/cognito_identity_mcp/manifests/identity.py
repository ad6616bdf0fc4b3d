"""What the program is called wherever it is published."""

from __future__ import annotations

from cognito_identity_mcp.app import NAME, WEBSITE
from cognito_identity_mcp.settings import PREFIX, Settings

PACKAGE = NAME
REGISTRY_NAME = f"io.github.{NAME}/{NAME}"
"""In the MCP registry; the namespace is that of the repository."""

TITLE = "Amazon Cognito identity pools"
SUMMARY = "Amazon Cognito identity pools: all 23 operations as tools, human consent, a local service."
"""At most 100 characters, as the registry demands."""

REPOSITORY = WEBSITE
AUTHOR = "The cognito-identity-mcp developers"
LICENSE = "Apache-2.0"
KEYWORDS = ("aws", "cognito", "identity-pools")
LAUNCH = ("serve",)
"""Arguments that start the server over stdio."""


def variable(setting: str) -> str:
    """The environment variable of a setting: `read_only` → `COGNITO_IDENTITY_MCP_READ_ONLY`."""
    return f"{PREFIX}{setting.upper()}"


def description(setting: str) -> str:
    """A setting in words, as the command line's help has it."""
    return Settings.model_fields[setting].description or ""


def is_switch(setting: str) -> bool:
    """Whether a setting is on or off."""
    return Settings.model_fields[setting].annotation is bool
