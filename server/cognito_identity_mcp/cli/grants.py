"""`grants`: allowing, ahead of time and within bounds, what would need a human each time."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import click
from rich.console import Console

from cognito_identity_mcp import logs
from cognito_identity_mcp.app import place_of, services
from cognito_identity_mcp.callers import AwsIdentity
from cognito_identity_mcp.cli import options, output, people
from cognito_identity_mcp.cli.exits import REFUSED, fail
from cognito_identity_mcp.cli.groups import Group
from cognito_identity_mcp.cli.state import folder_of, with_database
from cognito_identity_mcp.confirmation.approver_key import ApproverKey
from cognito_identity_mcp.confirmation.matter import POOLLESS
from cognito_identity_mcp.program import commands_on
from cognito_identity_mcp.settings import Settings, is_loopback_url
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.workflows.catalogue import WORKFLOWS
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect

if TYPE_CHECKING:
    from cognito_identity_mcp.confirmation.grants import Bounds, Grant, Grants

T = TypeVar("T")

grants = Group("grants", help="Allow calls ahead of time, for unattended work.")

_COLUMNS = {
    "id": ("id", "revoked"),
    "allows": ("allows", "for", "where"),
    "spent": ("calls", "identities"),
    "until": ("until",),
    "by": ("by", "note"),
}

_RUN = {
    name: runs
    for name, tool in WORKFLOWS.items()
    if (runs := [run for run in tool.runs if OPERATIONS[run].effect is not Effect.READ])
}
"""What stands for a workflow tool in a grant: the operations by which it changes something."""

_GRANTED_BY_POOL = {"delete_identities"}
"""Calls that name no pool, where the workflow tool that makes them does."""


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """What the options of `grants add` say; a field for each."""

    operations: tuple[str, ...]
    expires: str
    calls: int
    pool: str | None
    pool_name: str | None
    identities: int | None
    note: str


_UNITS = {"m": 60, "h": 3600, "d": 86_400}
_LONGEST_DAYS = 30


@grants.command()
@click.option(
    "operations",
    "--operation",
    multiple=True,
    required=True,
    metavar="OPERATION",
    help="Operation to allow; repeat for more.",
)
@click.option(
    "--expires",
    required=True,
    metavar="TIME",
    help=f"How long it holds: 30m, 8h, 7d; at most {_LONGEST_DAYS}d.",
)
@click.option(
    "--calls", type=click.IntRange(1, 100_000), required=True, metavar="NUMBER", help="How many calls at most."
)
@click.option("--pool", metavar="POOL_ID", help="The pool it holds for.")
@click.option("--pool-name", metavar="PATTERN", help="Or pools by name: ci-*; * and ? are wildcards.")
@click.option(
    "--identities", type=click.IntRange(min=1), metavar="NUMBER", help="How many identities may be deleted, in all."
)
@click.option("--note", default="", show_default=False, metavar="TEXT", help="What it is for.")
@options.with_settings(*options.PLACE, "state")
def add(settings: Settings, **wanted: Any) -> None:
    """Allow operations on one pool, or on pools by name.

    For so many calls and so much time. Give the options for AWS or the local service as the server has them: a
    grant holds for that place only. It lets through what would ask a human; what the policy refuses stays refused.
    Every use is on record.
    """
    people.required("Granting")
    logs.configure("error")
    bounds = _bounds(settings, _Wanted(**wanted))
    Console(stderr=True).print(output.member_table(_described(bounds)))
    people.unlocked(ApproverKey.of(folder_of(settings)))
    if people.answered("Type grant to go ahead: ") != "grant":
        fail("Not granted. Nothing was changed.", REFUSED)
    granted = _with(settings, lambda granted: granted.add(bounds, people.name()))
    click.echo(f"Granted: {granted.id}. To end it: {commands_on(settings.state)('grants', 'revoke', granted.id)}")


@grants.command("list")
@click.option("everything", "--all", is_flag=True, help="Also those that are used up, revoked or expired.")
@output.as_json
@options.with_settings("state")
def list_(settings: Settings, everything: bool, as_json: bool) -> None:
    """List grants, with what was spent of each."""
    found = _with(settings, lambda granted: granted.latest(all_of_them=everything))
    form = _facts if as_json else _row
    output.rows([form(grant) for grant in found], as_json=as_json, empty="There is no grant.", shown=_COLUMNS)


@grants.command()
@click.argument("grant_id", metavar="ID", help="As in grants list.")
@options.with_settings("state")
def revoke(settings: Settings, grant_id: str) -> None:
    """End a grant now."""
    if not _with(settings, lambda granted: granted.revoke(grant_id, people.name())):
        fail(f"There is no grant {grant_id!r} to end. grants list shows the ids.")
    click.echo(f"Revoked {grant_id}.")


def _bounds(settings: Settings, wanted: _Wanted) -> Bounds:
    from cognito_identity_mcp.confirmation.grants import Bounds

    _check(wanted)
    lasts = _seconds(wanted.expires)
    region = wanted.pool.partition(":")[0] if wanted.pool else settings.region
    region = region or fail("A grant by pool name needs --region.")
    account = anyio.run(_account, settings, region)
    _check_account(wanted, account)
    return Bounds(
        operations=frozenset(wanted.operations),
        place=place_of(settings),
        region=region,
        account=account,
        expires_at=time.time() + lasts,
        max_calls=wanted.calls,
        pool_id=wanted.pool,
        pool_name=wanted.pool_name,
        max_identities=wanted.identities,
        note=wanted.note,
    )


def _check(wanted: _Wanted) -> None:
    operations = set(wanted.operations)
    grantable = [name for name, row in OPERATIONS.items() if row.effect is not Effect.READ]
    unknown = sorted(operations - set(grantable))
    if unknown:
        hint = "".join(f" {name} runs {', '.join(runs)}: grant that." for name, runs in _RUN.items() if name in unknown)
        fail(f"Not to be granted: {', '.join(unknown)}.{hint} Operations are: {', '.join(grantable)}.")
    poolless = sorted(operations & POOLLESS - _GRANTED_BY_POOL)
    if poolless:
        fail(
            f"No grant covers {', '.join(poolless)}: a grant holds for a pool, and these calls do not say which pool "
            "they are about. Approve them one by one."
        )
    if (wanted.pool is None) == (wanted.pool_name is None):
        fail("Give --pool or --pool-name: a grant holds for one pool, or for pools by their name.")
    if wanted.pool_name is not None and not wanted.pool_name.strip("*?"):
        fail(f"--pool-name {wanted.pool_name} is every pool. Name a part of it: there is no grant without a bound.")
    if "delete_identities" in operations and wanted.identities is None:
        fail("delete_identities needs --identities: how many may be deleted in all.")


def _check_account(wanted: _Wanted, account: str | None) -> None:
    unsigned = sorted(name for name in set(wanted.operations) if not OPERATIONS[name].signed)
    if unsigned and wanted.pool is None and account is not None:
        fail(
            f"No grant by pool name covers {', '.join(unsigned)}: these calls are not signed, so that it is not known "
            "whether they go to the account that the grant is bound to. Give --pool."
        )


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+)([mhd])", text)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= _LONGEST_DAYS * 86_400:
        fail(f"--expires {text}: give a number and a unit, as 30m, 8h or 7d; at most {_LONGEST_DAYS}d.")
    return seconds


async def _account(settings: Settings, region: str) -> str | None:
    """The account that the server's credentials belong to, so that the grant opens nothing in another one."""
    if settings.local:
        return None
    async with services(settings) as where:
        known: AwsIdentity = await where.identity(region)
    if known.account is None and not is_loopback_url(settings.endpoint_url or ""):
        fail(
            "STS does not say which account the credentials belong to, and a grant has to be bound to one. Check the "
            "credentials, --profile and the network."
        )
    return known.account


def _described(bounds: Bounds) -> dict[str, Any]:
    return {
        "allows": ", ".join(sorted(bounds.operations)),
        "for": f"pool {bounds.pool_id}" if bounds.pool_id else f"pools named {bounds.pool_name}",
        "where": f"{bounds.place}, {bounds.region}" + (f", account {bounds.account}" if bounds.account else ""),
        "calls": bounds.max_calls,
        "identities": bounds.max_identities,
        "until": people.when(bounds.expires_at),
        "note": bounds.note,
    }


def _facts(grant: Grant) -> dict[str, Any]:
    """For a program."""
    bounds = asdict(grant.bounds)
    ends = {"expires_at": people.when(grant.bounds.expires_at), "revoked_at": people.when(grant.revoked_at)}
    spent = {"calls": grant.calls, "identities": grant.identities}
    operations = sorted(grant.bounds.operations)
    return {"id": grant.id, **bounds, "operations": operations, "spent": spent, **ends, "created_by": grant.created_by}


def _row(grant: Grant) -> dict[str, Any]:
    """For a person."""
    bounds = grant.bounds
    used = {
        "calls": f"{grant.calls} of {bounds.max_calls}",
        "identities": f"{grant.identities} of {bounds.max_identities}" if bounds.max_identities else "",
        "by": grant.created_by,
        "revoked": people.when(grant.revoked_at),
    }
    return {"id": grant.id, **_described(bounds), **used}


def _with(settings: Settings, ask: Callable[[Grants], Awaitable[T]]) -> T:
    async def asked(database: Database) -> T:
        from cognito_identity_mcp.confirmation.grants import Grants

        return await ask(Grants(database))

    return with_database(settings.state, asked)
