"""Errors of the tools that look into the journal."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.errors import Failure, InvalidInput, Refused
from cognito_identity_mcp.journal.changes import JournalDamaged, NoSuchChange


def no_such_change(error: NoSuchChange) -> InvalidInput:
    return InvalidInput.of(str(error), "Take an id from list_changes.")


def journal_damaged(error: JournalDamaged) -> Refused:
    step = "Tell whoever runs the server."
    return Refused(Failure(kind="refused", code="JournalDamaged", message=str(error), next_step=step))


def cannot_be_undone(change_id: str, why: str, next_step: str, details: tuple[dict[str, Any], ...] = ()) -> Refused:
    """Why a change stays as it is. `details` name what stands in the way, one problem each."""
    message = f"{change_id} was not undone: {why} Nothing was changed."
    return Refused(
        Failure(kind="refused", code="CannotBeUndone", message=message, next_step=next_step, details=details)
    )
