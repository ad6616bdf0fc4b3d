"""`serve`: the MCP server."""

from __future__ import annotations

import sys

import click

from cognito_identity_mcp import logs, serving
from cognito_identity_mcp.cli import options
from cognito_identity_mcp.program import command
from cognito_identity_mcp.settings import Settings, Transport


@click.command()
@options.with_settings(*options.EVERYTHING)
def serve(settings: Settings) -> None:
    """Serve the tools to an MCP client, over stdio or HTTP.

    stdout carries the protocol only; logs go to stderr. Every option can also be set in the environment
    (COGNITO_IDENTITY_MCP_REGION=eu-west-1) and in a TOML file (--config); the command line wins over the environment,
    the environment over the file.

    Try it without AWS: cognito-identity-mcp serve --local --data :memory:
    """
    logs.configure(settings.log_level, settings.log_format)
    if settings.transport is Transport.STDIO and sys.stdin.isatty():
        click.echo(f"Waiting for an MCP client on stdin. To see the tools work: {command('demo')}", err=True)
    with options.settings_errors():
        serving.serve(settings)
