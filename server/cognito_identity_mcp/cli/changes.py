"""`changes`: what was changed and refused through this server, and whether the record of it is whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.exceptions import Exit
from pydantic_core import to_jsonable_python
from rich.console import Console

from cognito_identity_mcp.assessment.wording import counted
from cognito_identity_mcp.cli import options, output
from cognito_identity_mcp.cli.exits import fail
from cognito_identity_mcp.cli.groups import Group
from cognito_identity_mcp.cli.state import folder_of, with_database
from cognito_identity_mcp.journal.changes import Change, Filters, JournalDamaged, NoSuchChange
from cognito_identity_mcp.journal.history import ChangeSummary, summary
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database

if TYPE_CHECKING:
    from cognito_identity_mcp.journal.chain import Verification
    from cognito_identity_mcp.journal.journal import Journal

T = TypeVar("T")

_COLUMNS = {
    "change": ("id", "at"),
    "what": ("tool", "pool", "region"),
    "decision": ("decision", "evidence"),
    "outcome": ("outcome", "hint"),
}

changes = Group("changes", help="See what was changed and refused, and check the record.")


@changes.command("list")
@options.limit
@click.option("--before", metavar="ID", help="Only changes older than this one.")
@click.option("--pool", metavar="POOL_ID", help="Only changes of this pool.")
@click.option("--tool", metavar="TOOL", help="Only calls of this tool.")
@click.option("--unknown", is_flag=True, help="Only those whose outcome nobody knows.")
@output.as_json
@options.with_settings("state")
def list_(
    settings: Settings, limit: int, before: str | None, pool: str | None, tool: str | None, unknown: bool, as_json: bool
) -> None:
    """List changes and refusals, the newest first."""
    filters = Filters(pool_id=pool, tool=tool, state="unknown" if unknown else None)
    found = _from_journal(settings, lambda journal: journal.changes(limit, before, filters))
    if as_json:
        output.print_json([summary(change).model_dump(mode="json", exclude_none=True) for change in found])
    elif found:
        Console().print(output.table([_row(summary(change)) for change in found], _COLUMNS))
    else:
        click.echo("No changes.")


@changes.command()
@click.argument("change_id", metavar="ID", help="As in changes list.")
@output.as_json
@options.with_settings("state")
def show(settings: Settings, change_id: str, as_json: bool) -> None:
    """Show all that is known of one change.

    Its request, decision, evidence, state before and after, and outcome.
    """
    change = _from_journal(settings, lambda journal: journal.change(change_id))
    facts = _facts(change)
    if as_json:
        output.print_json(facts)
    else:
        Console().print(output.member_table(facts))


@changes.command()
@click.option("--head", metavar="HASH", help="A head that an earlier verify printed; it has to be there still.")
@output.as_json
@options.with_settings("state")
def verify(settings: Settings, head: str | None, as_json: bool) -> None:
    """Check the chain of records for edits, gaps and cuts.

    Note the head somewhere else, and give it with --head the next time: that also finds a journal that was written
    anew. Exit status: 0 whole, 1 not, 2 it cannot be read.
    """
    folder = folder_of(settings)
    if not folder.database.exists():
        fail(f"There is no record in {folder.path}: nothing to verify.")
    found = _from_journal(settings, lambda journal: journal.verify(head))
    if as_json:
        output.print_json({"holds": found.holds, **asdict(found)})
    else:
        click.echo(found.problem or _whole(found))
    raise Exit(0 if found.holds else 1)


def _whole(found: Verification) -> str:
    """A call that went out has two records, and one row in `changes list`."""
    rows = f"{found.records - found.outcomes} that changes list shows, and {counted(found.outcomes, 'outcome')} of them"
    return f"All {found.records} records are as they were written: {rows}. Head: {found.head}"


def _from_journal(settings: Settings, ask: Callable[[Journal], Awaitable[T]]) -> T:
    async def asked(database: Database) -> T:
        from cognito_identity_mcp.journal.journal import Journal

        return await ask(Journal(database))

    try:
        return with_database(settings.state, asked)
    except (NoSuchChange, JournalDamaged) as error:
        fail(str(error))


def _facts(change: Change) -> dict[str, Any]:
    """Everything, absent facts left out; times are RFC 3339."""
    times = {"at": _time(change.at), "finished_at": change.finished_at and _time(change.finished_at)}
    ends = {"refusal": change.refusal, "outcome": change.outcome, "how_to_find_out": change.how_to_find_out}
    facts = {"id": change.id, "state": change.state, **times, **vars(change.attempt), "pool": change.pool, **ends}
    return {name: to_jsonable_python(value) for name, value in facts.items() if value is not None}


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def _row(row: ChangeSummary) -> dict[str, Any]:
    """For a person."""
    return {
        **dict(row),
        "at": f"{row.at:%Y-%m-%d %H:%M:%SZ}",
        "pool": row.identity_pool_name or row.identity_pool_id,
        "evidence": f"{row.evidence} by {row.decided_by}" if row.decided_by else row.evidence,
        "hint": "See changes show." if row.how_to_find_out else None,
    }
