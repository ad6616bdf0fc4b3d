"""The command line: one file per command, each holding a function of its own name.

A file may hold a class of commands of its own, `COMMAND`, where the arguments need reading that typer does not know.
A file for several commands with a name in common (`changes list`) holds an application of its own, `GROUP`, instead.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import cognito_identity_mcp
from cognito_identity_mcp.lasting import made_to_last
from cognito_identity_mcp.program import NAME
from cognito_identity_tools.wording import plain

COMMANDS = ("demo", "serve", "local", "call", "policy", "approvals", "grants", "changes", "credentials", "manifests")

_HELP = (
    "Amazon Cognito identity pools as MCP tools, with human consent for what cannot be undone, "
    "and a local Cognito Identity service to try it on. Start with: cognito-identity-mcp demo"
)


def application(names: Sequence[str] = COMMANDS) -> typer.Typer:
    """The application with these commands. Each imports what it needs: serving must not wait for a client's code."""
    app = typer.Typer(
        name=NAME,
        cls=_Root,
        context_settings={"help_option_names": ["-h", "--help"]},
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback(help=_HELP)(_before_every_command)
    for name in names:
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "GROUP"):
            app.add_typer(module.GROUP, name=name)
        else:
            app.command(name, cls=getattr(module, "COMMAND", None))(getattr(module, name))
    return app


class _Root(TyperGroup):
    """Lists the commands as they stand in `COMMANDS`; typer has groups of commands last."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = plain(error.message)
            raise

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=COMMANDS.index)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{NAME} {cognito_identity_mcp.__version__}")
        raise typer.Exit


def _before_every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """It also keeps the command's name on the command line where only one command is loaded."""


def main() -> None:
    """The console script."""
    first = sys.argv[1:2]
    chosen = () if first == ["--version"] else [name for name in first if name in COMMANDS] or COMMANDS
    with made_to_last():
        app = application(chosen)
    app()
