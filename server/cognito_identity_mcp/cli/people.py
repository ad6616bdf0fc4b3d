"""The person at the terminal who decides: shown to be there, asked for the approver's key, named in the record."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime

import click

from cognito_identity_mcp.cli import terminal
from cognito_identity_mcp.cli.exits import REFUSED, fail
from cognito_identity_mcp.cli.options import settings_errors
from cognito_identity_mcp.confirmation.approver_key import ApproverKey


def required(what: str) -> None:
    """Ends the command when nobody can be asked: no option and no pipe stands in for a person."""
    if not terminal.can_ask():
        fail(f"{what} needs a person at an interactive terminal.", REFUSED)


def unlocked(key: ApproverKey) -> None:
    """Asks for the approver's key where one is set, and ends the command on a wrong one."""
    with settings_errors():
        opened = not key.is_set or key.opens(passphrase("Approver's key: "))
    if not opened:
        fail("That is not the approver's key. Nothing was changed.", REFUSED)


def passphrase(prompt: str) -> str:
    """What the person types unseen; Ctrl-D ends the command."""
    try:
        return getpass.getpass(prompt)
    except EOFError:
        fail("No answer. Nothing was changed.", REFUSED)


def answered(prompt: str) -> str:
    """One line that the person types, without blanks around it; Ctrl-D ends the command."""
    click.echo(prompt, nl=False, err=True)
    line = terminal.read_line()
    if line is None:
        fail("No answer. Nothing was changed.", REFUSED)
    return line


def name() -> str:
    """For the record: this user of the machine, by number where it has no name, as in some containers."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"user {os.getuid()}"
    return f"{user} in a terminal"


def when(at: float | None) -> str:
    """RFC 3339, to the second; nothing for no time."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
