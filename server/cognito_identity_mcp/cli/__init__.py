"""The command line: one file per command, each holding a function of its own name.

A file may hold a class of commands of its own, `COMMAND`, where the arguments need reading that typer does not know.
A file for several commands with a name in common (`changes list`) holds an application of its own, `GROUP`, instead.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from cognito_identity_mcp.lasting import made_to_last

COMMANDS = ("demo", "serve", "local", "call", "policy", "approvals", "grants", "changes", "credentials", "manifests")

_HELP = (
    "Amazon Cognito identity pools as MCP tools, with human consent for what cannot be undone, "
    "and a local Cognito Identity service to try it on. Start with: cognito-identity-mcp demo"
)


def application(names: Sequence[str] = COMMANDS) -> typer.Typer:
    """The application with these commands. Each imports what it needs: serving must not wait for a client's code."""
    app = typer.Typer(
        name="cognito-identity-mcp", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
    )
    app.callback(help=_HELP)(_nothing)
    for name in names:
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "GROUP"):
            app.add_typer(module.GROUP, name=name)
        else:
            app.command(name, cls=getattr(module, "COMMAND", None))(getattr(module, name))
    return app


def _nothing() -> None:
    """Keeps the command's name on the command line even where only one command is loaded."""


def main() -> None:
    """The console script."""
    chosen = [name for name in sys.argv[1:2] if name in COMMANDS]
    with made_to_last():
        app = application(chosen or COMMANDS)
    app()
