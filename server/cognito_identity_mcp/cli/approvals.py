"""`approvals`: deciding, outside the conversation, about calls that wait for a human."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from cognito_identity_mcp.cli import options, output, people
from cognito_identity_mcp.cli.exits import REFUSED, fail
from cognito_identity_mcp.cli.state import folder_of, with_database
from cognito_identity_mcp.confirmation.approver_key import ApproverKey
from cognito_identity_mcp.confirmation.question import Question
from cognito_identity_mcp.storage.database import Database

if TYPE_CHECKING:
    from cognito_identity_mcp.confirmation.approvals import Approval, Approvals

T = TypeVar("T")

GROUP = typer.Typer(no_args_is_help=True, help="Decide about calls that wait for a human.")

_COLUMNS = {
    "id": ("id", "status"),
    "what": ("tool", "pool"),
    "where": ("where",),
    "asked, expires": ("asked_at", "expires_at"),
    "by": ("decided_by",),
}

_Id = Annotated[str, typer.Argument(metavar="ID", help="As in the refused result and in approvals list.")]

_Ids = Annotated[list[str], typer.Argument(metavar="ID", help="One or more, as in approvals list.")]


@GROUP.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also those that were used or have expired.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 20,
    as_json: output.AsJson = None,
    state: options.State = None,
    config: options.Config = None,
) -> None:
    """List what waits, was denied, or was approved and not used yet."""
    found = _with(state, config, lambda approvals: approvals.latest(limit, all_of_them=everything))
    output.rows(
        [_row(approval) for approval in found], as_json=as_json, empty="Nothing waits for a decision.", shown=_COLUMNS
    )


@GROUP.command()
def show(
    approval_id: _Id, as_json: output.AsJson = None, state: options.State = None, config: options.Config = None
) -> None:
    """Show one: what the call would do, and what was decided."""
    approval = _found(state, config, approval_id)
    if output.prints_json(as_json):
        output.print_json({**_row(approval), "question": approval.subject.question})
    else:
        _show(approval)


@GROUP.command()
def approve(approval_id: _Id, state: options.State = None, config: options.Config = None) -> None:
    """Approve one call.

    The same call, repeated within an hour on the same state, then runs once. Shows what the call would do and asks
    for the answer in this terminal; no option stands in for it. Exit status: 0 approved, 3 not approved.
    """
    people.required("Approving")
    approval = _found(state, config, approval_id)
    _show(approval)
    if approval.status == "used" or approval.expires_at <= time.time():
        fail(f"{approval_id} can no longer be approved: it was used, or it has expired.", REFUSED)
    people.unlocked(ApproverKey.of(folder_of(state, config)))
    _confirm(Question(approval.subject.question, approval.subject.typed))
    decided = _with(state, config, lambda approvals: approvals.approve(approval_id, people.name()))
    if not decided:
        fail(f"{approval_id} can no longer be approved: it was used, or it has expired.", REFUSED)
    typer.echo(f"Approved {approval_id}. Have the same call repeated within an hour; it runs once.")


@GROUP.command()
def deny(approval_ids: _Ids, state: options.State = None, config: options.Config = None) -> None:
    """Deny calls, or take back approvals that were not used."""
    for approval_id in approval_ids:
        _found(state, config, approval_id)
    for approval_id in approval_ids:
        _deny(state, config, approval_id)


def _deny(state: Path | None, config: Path | None, approval_id: str) -> None:
    if not _with(state, config, lambda approvals: approvals.deny(approval_id, people.name())):
        fail(f"{approval_id} can no longer be denied: it was used or denied, or it has expired.", REFUSED)
    typer.echo(f"Denied {approval_id}.")


@GROUP.command("set-key")
def set_key(
    remove: Annotated[bool, typer.Option("--remove", help="Ask for no key any more.")] = False,
    state: options.State = None,
    config: options.Config = None,
) -> None:
    """Set a passphrase that approving and granting ask for from now on.

    A model that can run commands as you cannot approve without it. It could still change your files; if that worries
    you, run the server as another user.
    """
    people.required("Setting the approver's key")
    key = ApproverKey.of(folder_of(state, config))
    people.unlocked(key)
    if remove:
        key.remove()
        typer.echo("Approving asks for no key any more.")
        return
    chosen = people.passphrase("New approver's key: ")
    if chosen != people.passphrase("Once more: "):
        fail("The two are not the same. Nothing was changed.")
    try:
        key.set(chosen)
    except ValueError as error:
        fail(str(error))
    typer.echo("Approving and granting ask for this key from now on.")


def _confirm(question: Question) -> None:
    """Ends the command unless the person gives the answer that the question asks for."""
    title = "Yes, do this [y/N]: " if question.typed is None else f"Type {question.typed} to go ahead: "
    answer = people.answered(title)
    agreed = answer.lower() in {"y", "yes"} if question.typed is None else question.is_typed(answer)
    if not agreed:
        fail("Not approved. Nothing was changed.", REFUSED)


def _found(state: Path | None, config: Path | None, approval_id: str) -> Approval:
    async def get(approvals: Approvals) -> Approval | None:
        return await approvals.find(approval_id)

    approval = _with(state, config, get)
    if approval is None:
        fail(f"There is no approval {approval_id!r}. approvals list shows the ids.")
    return approval


def _with(state: Path | None, config: Path | None, ask: Callable[[Approvals], Awaitable[T]]) -> T:
    settings = options.read(config, state=state)

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
    Console(stderr=True).print(Panel(Text(approval.subject.question), title=title, title_align="left"))
