"""`manifests`: what is generated from the catalogue."""

from __future__ import annotations

from pathlib import Path

import click
from click.exceptions import Exit

from cognito_identity_mcp.cli.exits import fail
from cognito_identity_mcp.manifests import checkout
from cognito_identity_mcp.manifests.readme import NoPlace
from cognito_identity_mcp.program import command


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; name each file that is not up to date and exit with 1.")
def manifests(check: bool) -> None:
    """Write what is generated from the catalogue, for developers.

    To be run at the top of a checkout. Writes everything under manifests/, the tool list that the server publishes, and
    the README's table of tools: tool entries, MCP registry entry, bundle manifest, IAM policies and client
    configuration are generated from the catalogue and checked in.
    """
    root = Path.cwd()
    if not checkout.is_checkout(root):
        fail("This is not the top of a checkout of cognito-identity-mcp.")
    if not check:
        _write(root)
    found = checkout.problems(root)
    for line in found:
        click.echo(line)
    if found:
        if check:
            click.echo(f"To bring them up to date: {command('manifests')}", err=True)
        raise Exit(1)


def _write(root: Path) -> None:
    """A README without a place for the table is among the problems that are named afterwards."""
    try:
        checkout.write(root)
    except NoPlace:
        return
