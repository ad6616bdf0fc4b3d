"""Amazon Cognito identity pools as MCP tools, with human consent for what cannot be undone."""

from __future__ import annotations

__version__: str


def __getattr__(name: str) -> str:
    """`__version__` is read from the package's metadata at need: the local service never asks, and starts sooner."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import version

    return version("cognito-identity-mcp")
