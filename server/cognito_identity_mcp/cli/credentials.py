"""`credentials`: the secrets that the server handed off, for people, for the AWS CLI and for AWS's SDKs."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cognito_identity_mcp.cli import options
from cognito_identity_mcp.cli.exits import fail
from cognito_identity_mcp.cli.state import with_database
from cognito_identity_mcp.secrets.handles import Handle, HandOffError, Kind, Secret
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder

if TYPE_CHECKING:
    from cognito_identity_mcp.secrets.handoff import HandOff

T = TypeVar("T")


class Format(StrEnum):
    """How a secret is printed."""

    JSON = "json"
    TOKEN = "token"  # noqa: S105 - a name


@click.command()
@click.argument("handle", required=False, help="As in the tool's result and in --list.")
@click.option("lists", "--list", is_flag=True, help="Show what can be fetched, without the secrets.")
@click.option(
    "output",
    "--format",
    type=click.Choice([each.value for each in Format]),
    help="Default: json for AWS credentials, token for a token.",
)
@options.with_settings("state")
def credentials(settings: Settings, handle: str | None, lists: bool, output: str | None) -> None:
    """Print a secret that the server handed off.

    It is for use outside the conversation. AWS credentials are printed as the AWS CLI and AWS's SDKs want them from
    a process. In ~/.aws/config:

    \b
    [profile guest]
    credential_process = cognito-identity-mcp credentials HANDLE

    Exit status: 0 done, 2 there is no such secret, or it has expired or cannot be opened.
    """
    if lists == (handle is not None):
        fail("Give a HANDLE, or --list.")
    if handle is None:
        _print_list(_from_hand_off(settings, lambda hand_off: hand_off.waiting()), as_json=output == Format.JSON)
    else:
        _print_secret(_from_hand_off(settings, lambda hand_off: hand_off.fetch(handle)), output)


def _from_hand_off(settings: Settings, use: Callable[[HandOff], Awaitable[T]]) -> T:
    async def used(database: Database) -> T:
        from cognito_identity_mcp.secrets.handoff import HandOff

        return await use(HandOff(database, StateFolder.at(settings.state).key()))

    try:
        return with_database(settings.state, used)
    except HandOffError as error:
        fail(str(error))


def _as_process(secret: Secret) -> str:
    return json.dumps(secret.credential_process)


def _as_token(secret: Secret) -> str:
    return str(secret.value)


def _as_token_json(secret: Secret) -> str:
    identity = {"IdentityId": secret.handle.facts["identity_id"]}
    return json.dumps({**identity, "Token": secret.value, "Expiration": secret.handle.expiry})


_PRINTED: Mapping[tuple[Kind, str | None], Callable[[Secret], str]] = MappingProxyType(
    {
        (Kind.CREDENTIALS, None): _as_process,
        (Kind.CREDENTIALS, Format.JSON): _as_process,
        (Kind.TOKEN, None): _as_token,
        (Kind.TOKEN, Format.TOKEN): _as_token,
        (Kind.TOKEN, Format.JSON): _as_token_json,
    }
)


def _print_secret(secret: Secret, output: str | None) -> None:
    printed = _PRINTED.get((secret.handle.kind, output))
    if printed is None:
        fail(f"{secret.handle.handle} holds AWS credentials, which are no token. Leave --format out, or say json.")
    if sys.stdout.isatty():
        click.echo("cognito-identity-mcp: what follows is secret; it stays in this terminal's history.", err=True)
    click.echo(printed(secret))


def _print_list(handles: Sequence[Handle], *, as_json: bool) -> None:
    rows = [_row(handle) for handle in handles]
    if as_json or not sys.stdout.isatty():
        click.echo(json.dumps(rows, indent=2))
    elif rows:
        _print_table(rows)
    else:
        click.echo("Nothing waits to be fetched.")


def _row(handle: Handle) -> dict[str, Any]:
    return {"handle": handle.handle, "kind": handle.kind, "expires_at": handle.expiry, **handle.facts}


_COLUMNS = ("handle", "kind", "expires_at", "identity_id", "access_key_id")
"""Of the table; JSON has all."""


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in _COLUMNS:
        table.add_column(column, overflow="fold", no_wrap=column == "handle")
    for row in rows:
        table.add_row(*(Text(str(row.get(column, ""))) for column in _COLUMNS))
    Console().print(table)
