"""`undo_change`: puts back what a change replaced, through the same gate as every other change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from cognito_identity_mcp.assessment.difference import difference
from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Assessment, Change as Difference, Image, Step
from cognito_identity_mcp.journal.changes import Change, JournalDamaged, NoSuchChange
from cognito_identity_mcp.journal.history import ChangeId
from cognito_identity_mcp.restoring import RESTORABLE, Restorable, State, is_same, reordered
from cognito_identity_mcp.secrets.redaction import WITHHELD, redacted
from cognito_identity_mcp.workflows.faults import cannot_be_undone, journal_damaged, no_such_change
from cognito_identity_mcp.workflows.workflow import Workflow
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.shapes import Shape

if TYPE_CHECKING:
    from cognito_identity_mcp.conduct import Conduct

_LOOK = "Look at the present state, and change by hand what the user still wants changed."


class UndoChangeInput(Shape):
    change_id: ChangeId = Field(description="From list_changes.")


class Left(Shape):
    """One member that is not as it was before the change."""

    path: str
    before: Any = None
    now: Any = None


class UndoChangeOutput(Shape):
    undone: str
    restored: bool
    not_restored: list[Left] | None = None
    in_another_order: list[str] | None = None
    undone_before_by: str | None = None


async def _run(request: UndoChangeInput, conduct: Conduct) -> UndoChangeOutput:
    change = await _change(request.change_id, conduct)
    row = _restorable(change)
    before = _image(change, row, change.attempt.before, row.unseen)
    after = _image(change, row, _after(change), "the state after it is not on record.")
    conduct = _there(change, conduct)
    address = row.address(change.attempt.request)
    now = await _state(conduct, row, address)
    earlier = await conduct.recording.changes(conduct.tool, lambda journal: journal.undone_by(change.id))
    if earlier is not None:
        await _check_undone(change, conduct, earlier, difference(before, now))
    elif not is_same(now, before):
        restoring = _Restoring(change, conduct, row, address, tuple(row.steps(address, before, after)), after)
        await restoring.run(now)
        now = await _state(conduct, row, address)
    return _result(change, before, now, earlier)


def _result(change: Change, before: State, now: State, earlier: str | None) -> UndoChangeOutput:
    left = [Left(path=each.path, before=each.before, now=each.after) for each in difference(before, now)]
    return UndoChangeOutput(
        undone=change.id,
        restored=not left,
        not_restored=left or None,
        in_another_order=reordered(before, now) or None,
        undone_before_by=earlier,
    )


async def _check_undone(change: Change, conduct: Conduct, earlier: str, moved: Sequence[Difference]) -> None:
    """Raises:
    Refused: the change was undone by `earlier`, and the state is not as it was before the change; that is on record.
    """
    if moved:
        why = f"it was undone already, by {earlier}, and the state is not as it was before the change."
        details = tuple(_detail(each, "before the change it was", "must be as before the change") for each in moved)
        raise await conduct.refuse(cannot_be_undone(change.id, why, _LOOK, details), (_made(change),))


async def _change(change_id: str, conduct: Conduct) -> Change:
    try:
        return await conduct.recording.changes(conduct.tool, lambda journal: journal.change(change_id))
    except NoSuchChange as error:
        raise no_such_change(error) from error
    except JournalDamaged as error:
        raise journal_damaged(error) from error


def _restorable(change: Change) -> Restorable:
    """How the change's kind is put back.

    Raises:
        Refused: it was not made, nobody knows whether it was, or it is final.
    """
    if change.state != "done":
        raise cannot_be_undone(change.id, f"its outcome is {change.state}.", change.how_to_find_out or _LOOK)
    row = RESTORABLE.get(change.attempt.operation)
    if row is None:
        what = f"{change.attempt.operation} cannot be taken back."
        raise cannot_be_undone(change.id, what, "Tell the user that Cognito Identity has no way back from it.")
    return row


def _after(change: Change) -> tuple[Image, ...]:
    return change.outcome.after if change.outcome else ()


def _image(change: Change, row: Restorable, images: tuple[Image, ...], unseen: str) -> State:
    """The state in one of the change's images; `unseen` says that there is none.

    Raises:
        Refused: the state was not read then, so nobody knows what to put back.
    """
    address = row.address(change.attempt.request)
    found = [image.answer for image in images if image.operation == row.read and image.request == address]
    if not found:
        raise cannot_be_undone(change.id, unseen, _LOOK)
    if WITHHELD in json.dumps(found[0]):
        raise cannot_be_undone(change.id, "a login provider's app secret was not put on record.", _LOOK)
    return found[0]


def _there(change: Change, conduct: Conduct) -> Conduct:
    """The conduct where the change was made.

    Raises:
        Refused: this server works elsewhere.
    """
    if change.attempt.place != conduct.target.place:
        why = f"it was made at {change.attempt.place}, and this server works at {conduct.target.place}."
        raise cannot_be_undone(change.id, why, "Use a server that is started as that one was.")
    return conduct.at(change.attempt.region)


async def _state(conduct: Conduct, row: Restorable, address: State) -> State:
    return redacted(await conduct.read(row.read, **address))


@dataclass(frozen=True)
class _Restoring:
    """`steps` lead back from `after`, which the change left at the address."""

    change: Change
    conduct: Conduct
    row: Restorable
    address: State
    steps: tuple[Step, ...]
    after: State

    async def run(self, now: State) -> None:
        """Raises:
        Refused: the state is no longer as the change left it, not even while a human is asked; that is on record.
        """
        if self.steps:
            await self.conduct.carry_out(*self.steps, assessing=self._assessed, undoes=self.change.id)
        else:
            await self._check(now)

    async def _assessed(self, live: Live) -> Assessment:
        await self._check(redacted(await live.read(self.row.read, **self.address)))
        return await self.conduct.by_table(self.steps, live)

    async def _check(self, now: State) -> None:
        moved = difference(self.after, now)
        if moved:
            why = "the state has been changed since, and putting it back would undo that too."
            details = tuple(_detail(each, "the change left", "must be as the change left it") for each in moved)
            refused = cannot_be_undone(self.change.id, why, _LOOK, details)
            raise await self.conduct.refuse(refused, self.steps or (_made(self.change),))


def _made(change: Change) -> Step:
    operation = OPERATIONS[change.attempt.operation]
    return Step(operation, operation.input.model_validate(change.attempt.request))


def _detail(moved: Difference, past: str, rule: str) -> dict[str, Any]:
    then, now = (_shown(value) for value in (moved.before, moved.after))
    return {"path": moved.path, "rule": rule, "text": f"{moved.path}: {past} {then}, now it is {now}"}


def _shown(value: Any) -> str:
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)


TOOL = Workflow(
    name="undo_change",
    title="Undo a change",
    description=(
        "Puts back what update_identity_pool, set_identity_pool_roles, set_principal_tag_attribute_map, tag_resource "
        "or untag_resource replaced, unless it was changed again since. Asks as those do. Deletions, merges and "
        "unlinks are final."
    ),
    input=UndoChangeInput,
    output=UndoChangeOutput,
    effect=Effect.OVERWRITE,
    run=_run,
    runs=tuple(dict.fromkeys(name for change, row in RESTORABLE.items() for name in (row.read, change))),
    needs_region=False,
)
