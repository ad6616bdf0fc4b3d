"""The tool `list_changes`: what was changed and refused through this server, in few words. Imports nothing heavy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from cognito_identity_mcp.journal.changes import Change, Filters
from cognito_identity_tools.constraints import Text, ToolDefault, Whole
from cognito_identity_tools.shapes import DateType, IdentityPoolId, Shape

if TYPE_CHECKING:
    from cognito_identity_mcp.journal.journal import Journal

ChangeId = Annotated[str, Text(12, 12, r"chg-[0-9a-z]{8}")]


class ListChangesInput(Shape):
    limit: Annotated[int, Whole(1, 50), ToolDefault(20)] = Field(description="Page size.")
    before: ChangeId | None = Field(default=None, description="From the page before: changes older than this one.")
    identity_pool_id: IdentityPoolId | None = Field(default=None, description="Changes of this pool.")
    tool: Annotated[str, Text(1, 64)] | None = Field(default=None, description="Calls of this tool.")
    unknown: bool | None = Field(default=None, description="Only changes of which nobody knows whether they were made.")


class ChangeSummary(Shape):
    id: str
    at: DateType
    tool: str
    operation: str
    identity_pool_id: str | None = None
    identity_pool_name: str | None = None
    region: str
    effect: str
    decision: str
    evidence: str | None = None
    decided_by: str | None = None
    outcome: str
    how_to_find_out: str | None = None
    undoes: str | None = None
    part_of: str | None = None


class ListChangesOutput(Shape):
    changes: list[ChangeSummary]
    before: str | None = None


async def list_changes(journal: Journal, request: ListChangesInput) -> ListChangesOutput:
    """The newest changes first; `before` of the output asks for the next page, absent on the last one.

    Raises:
        NoSuchChange: there is no change `before`.
        JournalDamaged, StorageUnavailable: the journal cannot be read.
    """
    filters = Filters(pool_id=request.identity_pool_id, tool=request.tool, state="unknown" if request.unknown else None)
    found = await journal.changes(request.limit + 1, request.before, filters)
    page = found[: request.limit]
    return ListChangesOutput(
        changes=[summary(change) for change in page], before=page[-1].id if len(found) > len(page) else None
    )


def summary(change: Change) -> ChangeSummary:
    """A change in few words: no request, no images, no messages."""
    attempt, pool = change.attempt, change.pool
    return ChangeSummary(
        id=change.id,
        at=datetime.fromtimestamp(change.at, UTC),
        tool=attempt.tool,
        operation=attempt.operation,
        identity_pool_id=(pool.id or None) if pool else None,
        identity_pool_name=pool.name if pool else None,
        region=attempt.region,
        effect=attempt.effect,
        decision=f"{attempt.verdict}: {attempt.rule}",
        evidence=attempt.evidence.kind if attempt.evidence else None,
        decided_by=attempt.evidence.by if attempt.evidence else None,
        outcome=_outcome(change),
        how_to_find_out=change.how_to_find_out,
        undoes=attempt.undoes,
        part_of=attempt.part_of,
    )


def _outcome(change: Change) -> str:
    """The state, with the error's code where there is one that says more."""
    return change.state if change.code in {change.state, "OutcomeUnknown"} else f"{change.state}: {change.code}"
