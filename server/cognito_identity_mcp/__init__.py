"""Amazon Cognito identity pools as MCP tools, with human consent for what cannot be undone."""

from importlib.metadata import version

__version__ = version("cognito-identity-mcp")
