"""`list_changes`: the journal, for the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_identity_mcp.journal import history
from cognito_identity_mcp.journal.changes import JournalDamaged, NoSuchChange
from cognito_identity_mcp.journal.history import ListChangesInput, ListChangesOutput
from cognito_identity_mcp.workflows.faults import journal_damaged, no_such_change
from cognito_identity_mcp.workflows.workflow import Workflow
from cognito_identity_tools.operation import Effect

if TYPE_CHECKING:
    from cognito_identity_mcp.conduct import Conduct


async def _run(request: ListChangesInput, conduct: Conduct) -> ListChangesOutput:
    await conduct.permit()
    try:
        return await conduct.recording.changes(conduct.tool, lambda journal: history.list_changes(journal, request))
    except NoSuchChange as error:
        raise no_such_change(error) from error
    except JournalDamaged as error:
        raise journal_damaged(error) from error


TOOL = Workflow(
    name="list_changes",
    title="List changes",
    description=(
        "Changes and refusals of this server, the newest first: what, which pool, who decided, how it ended. "
        "undo_change takes the ids."
    ),
    input=ListChangesInput,
    output=ListChangesOutput,
    effect=Effect.READ,
    run=_run,
    needs_region=False,
)
