"""The script that has a shell complete this program's commands and options."""

from __future__ import annotations

import os
from pathlib import PurePath

import click
from click.shell_completion import get_completion_class

from cognito_identity_mcp.cli.exits import fail
from cognito_identity_mcp.program import NAME

_SHELLS = ("bash", "zsh", "fish")


def script(program: click.Command) -> str:
    """For the shell of $SHELL; another one ends the command with exit status 2."""
    shell = PurePath(os.environ.get("SHELL", "")).name
    found = get_completion_class(shell)
    if found is None:
        fail(f"There is no completion for the shell {shell!r}. Set SHELL to one of {', '.join(_SHELLS)}.")
    return found(program, {}, NAME, f"_{NAME.replace('-', '_').upper()}_COMPLETE").source()
