"""`approvals`: deciding, outside the conversation, about calls that wait for a human."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console
from rich.panel import Panel

from cognito_identity_mcp.cli import options, output, people
from cognito_identity_mcp.cli.exits import REFUSED, fail
from cognito_identity_mcp.cli.groups import Group
from cognito_identity_mcp.cli.state import folder_of, with_database
from cognito_identity_mcp.confirmation.approver_key import ApproverKey
from cognito_identity_mcp.confirmation.question import Question
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database

if TYPE_CHECKING:
    from cognito_identity_mcp.confirmation.approvals import Approval, Approvals

T = TypeVar("T")

approvals = Group("approvals", help="Decide about calls that wait for a human.")

_COLUMNS = {
    "id": ("id", "status"),
    "what": ("tool", "pool"),
    "where": ("where",),
    "asked, expires": ("asked_at", "expires_at"),
    "by": ("decided_by",),
}

_BORDERS = 4
"""Columns that a panel takes."""

_one_id = click.argument("approval_id", metavar="ID", help="As in the refused result and in approvals list.")


@approvals.command("list")
@click.option("everything", "--all", is_flag=True, help="Also those that were used or have expired.")
@options.limit
@output.as_json
@options.with_settings("state")
def list_(settings: Settings, everything: bool, limit: int, as_json: bool) -> None:
    """List what waits, was denied, or was approved and not used yet."""
    found = _with(settings, lambda waiting: waiting.latest(limit, all_of_them=everything))
    output.rows(
        [_row(approval) for approval in found], as_json=as_json, empty="Nothing waits for a decision.", shown=_COLUMNS
    )


@approvals.command()
@_one_id
@output.as_json
@options.with_settings("state")
def show(settings: Settings, approval_id: str, as_json: bool) -> None:
    """Show one: what the call would do, and what was decided."""
    approval = _found(settings, approval_id)
    if as_json:
        output.print_json({**_row(approval), "question": approval.subject.question})
    else:
        _show(approval)


@approvals.command()
@_one_id
@options.with_settings("state")
def approve(settings: Settings, approval_id: str) -> None:
    """Approve one call.

    The same call, repeated within an hour on the same state, then runs once. Shows what the call would do and asks
    for the answer in this terminal; no option stands in for it. Exit status: 0 approved, 3 not approved.
    """
    people.required("Approving")
    approval = _found(settings, approval_id)
    _show(approval)
    if approval.status == "used" or approval.expires_at <= time.time():
        fail(f"{approval_id} can no longer be approved: it was used, or it has expired.", REFUSED)
    people.unlocked(ApproverKey.of(folder_of(settings)))
    _confirm(Question(approval.subject.question, approval.subject.typed))
    decided = _with(settings, lambda waiting: waiting.approve(approval_id, people.name()))
    if not decided:
        fail(f"{approval_id} can no longer be approved: it was used, or it has expired.", REFUSED)
    click.echo(f"Approved {approval_id}. Have the same call repeated within an hour; it runs once.")


@approvals.command()
@click.argument("approval_ids", nargs=-1, required=True, metavar="ID...", help="One or more, as in approvals list.")
@options.with_settings("state")
def deny(settings: Settings, approval_ids: tuple[str, ...]) -> None:
    """Deny calls, or take back approvals that were not used."""
    for approval_id in approval_ids:
        _found(settings, approval_id)
    late = [approval_id for approval_id in approval_ids if not _denied(settings, approval_id)]
    if late:
        fail(f"Can no longer be denied, being used, denied or expired: {', '.join(late)}.", REFUSED)


def _denied(settings: Settings, approval_id: str) -> bool:
    denied = _with(settings, lambda waiting: waiting.deny(approval_id, people.name()))
    if denied:
        click.echo(f"Denied {approval_id}.")
    return denied


@approvals.command()
@click.option("--remove", is_flag=True, help="Ask for no key any more.")
@options.with_settings("state")
def set_key(settings: Settings, remove: bool) -> None:
    """Set a passphrase that approving and granting ask for from now on.

    A model that can run commands as you cannot approve without it. It could still change your files; if that worries
    you, run the server as another user.
    """
    people.required("Setting the approver's key")
    key = ApproverKey.of(folder_of(settings))
    people.unlocked(key)
    if remove:
        key.remove()
        click.echo("Approving asks for no key any more.")
        return
    chosen = people.passphrase("New approver's key: ")
    if chosen != people.passphrase("Once more: "):
        fail("The two are not the same. Nothing was changed.")
    try:
        key.set(chosen)
    except ValueError as error:
        fail(str(error))
    click.echo("Approving and granting ask for this key from now on.")


def _confirm(question: Question) -> None:
    """Ends the command unless the person gives the answer that the question asks for."""
    title = "Yes, do this [y/N]: " if question.typed is None else f"Type {question.typed} to go ahead: "
    answer = people.answered(title)
    agreed = answer.lower() in {"y", "yes"} if question.typed is None else question.is_typed(answer)
    if not agreed:
        wanted = "y" if question.typed is None else question.typed
        fail(f"Not approved: the answer was not {wanted!r}. Nothing was changed; the call waits as before.", REFUSED)


def _found(settings: Settings, approval_id: str) -> Approval:
    async def get(waiting: Approvals) -> Approval | None:
        return await waiting.find(approval_id)

    approval = _with(settings, get)
    if approval is None:
        fail(f"There is no approval {approval_id!r}. approvals list shows the ids.")
    return approval


def _with(settings: Settings, ask: Callable[[Approvals], Awaitable[T]]) -> T:
    async def asked(database: Database) -> T:
        from cognito_identity_mcp.confirmation.approvals import Approvals

        return await ask(Approvals(database))

    return with_database(settings.state, asked)


def _row(approval: Approval) -> dict[str, Any]:
    facts = approval.subject.facts
    return {
        "id": approval.id,
        "status": approval.status,
        "tool": approval.subject.tool,
        "pool": facts.get("pool_name") or facts.get("pool_id"),
        "where": f"{facts['place']}, {facts['region']}",
        "asked_at": people.when(approval.created_at),
        "expires_at": people.when(approval.expires_at),
        "decided_by": approval.decided_by,
    }


def _show(approval: Approval) -> None:
    title = f"{approval.id}: {approval.status}"
    console = Console(stderr=True)
    question = output.folded(approval.subject.question, console, _BORDERS)
    console.print(Panel(question, title=title, title_align="left"))
