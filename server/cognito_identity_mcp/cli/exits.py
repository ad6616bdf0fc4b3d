"""Ending a command with a message. Imports nothing that a quick start would wait for."""

from __future__ import annotations

from typing import NoReturn

import click
from click.exceptions import Exit

BAD_INPUT = 2
"""Exit status for wrong settings and wrong arguments, as of every usage error."""


REFUSED = 3
"""Exit status where nothing was done because nobody agreed to it."""


def fail(message: str, status: int = BAD_INPUT) -> NoReturn:
    """Ends the command with the message on stderr."""
    click.echo(f"cognito-identity-mcp: {message}", err=True)
    raise Exit(status)
