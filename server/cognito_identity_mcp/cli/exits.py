"""Ending a command with a message. Imports nothing that a quick start would wait for."""

from __future__ import annotations

from typing import NoReturn

import typer

BAD_INPUT = 2
"""Exit status for wrong settings and wrong arguments, as of every usage error."""


def fail(message: str) -> NoReturn:
    """Ends the command: the message on stderr, exit status 2."""
    typer.echo(f"cognito-identity-mcp: {message}", err=True)
    raise typer.Exit(BAD_INPUT)
