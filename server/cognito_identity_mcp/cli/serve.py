"""`serve`: the MCP server."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cognito_identity_mcp import logs, serving
from cognito_identity_mcp.cli import options
from cognito_identity_mcp.program import command
from cognito_identity_mcp.settings import Transport


def serve(
    local: options.Local = None,
    data: options.Data = None,
    transport: Annotated[Transport | None, typer.Option(help=options.help_of("transport"))] = None,
    host: Annotated[str | None, typer.Option(help=options.help_of("host"), metavar="ADDRESS")] = None,
    port: Annotated[int | None, typer.Option(help=options.help_of("port"), metavar="PORT")] = None,
    profile: options.Profile = None,
    region: options.Region = None,
    endpoint_url: options.EndpointUrl = None,
    read_only: options.ReadOnly = None,
    policy: options.PolicyOption = None,
    preset: options.PresetOption = None,
    hide_refused: options.HideRefused = None,
    approval_wait: options.ApprovalWait = None,
    secrets: options.SecretsOption = None,
    state: options.State = None,
    log_level: options.LogLevelOption = None,
    log_format: options.LogFormatOption = None,
    config: options.Config = None,
) -> None:
    """Serve the tools to an MCP client, over stdio or HTTP.

    stdout carries the protocol only; logs go to stderr. Every option can also be set in the environment
    (COGNITO_IDENTITY_MCP_REGION=eu-west-1) and in a TOML file (--config); the command line wins over the environment,
    the environment over the file.

    Try it without AWS: cognito-identity-mcp serve --local --data :memory:
    """
    settings = options.read(
        config,
        local=local,
        data=data,
        transport=transport,
        host=host,
        port=port,
        profile=profile,
        region=region,
        endpoint_url=endpoint_url,
        read_only=read_only,
        policy=policy,
        preset=preset,
        hide_refused=hide_refused,
        approval_wait=approval_wait,
        secrets=secrets,
        state=state,
        log_level=log_level,
        log_format=log_format,
    )
    logs.configure(settings.log_level, settings.log_format)
    if settings.transport is Transport.STDIO and sys.stdin.isatty():
        typer.echo(f"Waiting for an MCP client on stdin. To see the tools work: {command('demo')}", err=True)
    with options.settings_errors():
        serving.serve(settings)
