"""The command line: one file per command, each holding a click command, or a group of them, of its own name."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

import cognito_identity_mcp
from cognito_identity_mcp.lasting import made_to_last
from cognito_identity_mcp.program import NAME

COMMANDS = ("demo", "serve", "local", "call", "policy", "approvals", "grants", "changes", "credentials", "manifests")

_CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""What goes wrong with output that is sent to a file. A pipe that nobody reads is click's."""

_INTERRUPTED = 130
"""Exit status of a command that Ctrl-C ended, as a shell's."""


class _Commands(click.Group):
    """Imports the command that is asked for, and no other: serving must not wait for a client's code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        with made_to_last():
            module = import_module(f"{__name__}.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)


def _telling(
    option: str, told: Callable[[], str], help_text: str
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """An option that prints something and ends the program."""

    def tell(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            click.echo(told())
            ctx.exit()

    return click.option(option, is_flag=True, is_eager=True, expose_value=False, callback=tell, help=help_text)


def _version() -> str:
    return f"{NAME} {cognito_identity_mcp.__version__}"


def _completion() -> str:
    from cognito_identity_mcp.cli import completion

    return completion.script(program)


@click.group(NAME, cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@_telling("--version", _version, "Show the version and exit.")
@_telling("--show-completion", _completion, "Show completion for the current shell, to be added to its start file.")
def program() -> None:
    """Amazon Cognito identity pools as MCP tools, with human consent for what cannot be undone, and a local Cognito
    Identity service to try it on. Start with: cognito-identity-mcp demo
    """


def main() -> None:
    """The console script."""
    _fill_closed_streams()
    try:
        program()
    except OSError as error:
        if error.errno not in _CANNOT_WRITE or error.filename is not None:
            raise
        sys.exit(f"{NAME}: Cannot write the output: {os.strerror(error.errno)}. What was asked for may be done.")


def _fill_closed_streams() -> None:
    """Python has None for a stream that is closed, and the next file that is opened would take its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end
