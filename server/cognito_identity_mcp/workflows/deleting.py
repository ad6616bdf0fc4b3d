"""Deleting an agreed set of identities, batch by batch, so that at every moment the record says what is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import anyio

from cognito_identity_mcp.assessment.model import Image, Step
from cognito_identity_mcp.errors import Failure, ToolError
from cognito_identity_mcp.secrets.redaction import redacted
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operations.identities import DeleteIdentitiesInput, DeleteIdentitiesResponse
from cognito_identity_tools.shapes import Shape

if TYPE_CHECKING:
    from cognito_identity_mcp.confirmation.consent import Agreement
    from cognito_identity_mcp.workflows.purging import Found, Progress
    from cognito_identity_mcp.workflows.reading import Reader
    from cognito_identity_mcp.workflows.rechecking import Recheck

BATCH = 60
"""AWS's most ids for one DeleteIdentities."""

BACK_OFF = (0.5, 1.0, 2.0)
"""Seconds before identities that AWS failed to delete are tried again."""

_AGAIN = "InternalServerError"
"""AWS's code for an identity that it may delete the next time; with AccessDenied it never will."""

_DELETE = OPERATIONS["delete_identities"]


class NotDeleted(Shape):
    identity_id: str
    code: str


def batches(ids: Sequence[str]) -> list[Step]:
    """The ids as requests, in order."""
    parts = [list(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH)]
    return [Step(_DELETE, DeleteIdentitiesInput(identity_ids_to_delete=part)) for part in parts]


@dataclass
class Deletion:
    """One run under one agreement. `run_id` marks its changes in the journal.

    Each batch is looked at again before it goes out: an identity that somebody signed in with since it was agreed to is
    not in the set any more. See `Recheck` for the price.
    """

    reader: Reader
    progress: Progress
    agreement: Agreement
    found: Found
    recheck: Recheck
    run_id: str
    deleted: set[str] = field(default_factory=set[str])
    refused: dict[str, str] = field(default_factory=dict[str, str])
    stopped: str | None = None

    async def run(self) -> None:
        """Deletes what can be deleted. A cancelled call ends between two batches, and the rest goes on record.

        Raises:
            ToolError: the very first batch failed, so nothing is known to be deleted.
        """
        try:
            await self._rounds()
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await self._record_the_rest()
            raise

    def outcome(self) -> dict[str, Any]:
        """The members of the result."""
        return {
            "deleted": len(self.deleted),
            "not_deleted": [NotDeleted(identity_id=each, code=code) for each, code in self.refused.items()] or None,
            "not_sent": len(self._rest()) or None,
            "stopped": self.stopped,
            "run": self.run_id,
        }

    async def _rounds(self) -> None:
        """All of them, then those again that AWS failed to delete."""
        for wait in (0.0, *BACK_OFF):
            ids = [each for each in self.found.identities if self._may_go(each)]
            if not ids or self.stopped:
                return
            await anyio.sleep(wait)
            await self._round(batches(ids))

    async def _round(self, steps: Sequence[Step]) -> None:
        for step in steps:
            try:
                same = await self._unchanged(step)
                await self.reader.pace.keep(_DELETE.name)
                with anyio.CancelScope(shield=True):
                    await self._batch(same)
            except ToolError as error:
                self._stop(step, error)
                return
            await self.progress.add(len(_ids(step)), "Deleting identities", left=len(self._rest()))

    async def _unchanged(self, step: Step) -> Step | None:
        """The step without what is no longer as it was agreed to, which goes to the refused; None: nothing is left."""
        changed = await self.recheck.changed(_ids(step))
        self.refused |= changed
        return next(iter(batches([each for each in _ids(step) if each not in changed])), None)

    async def _batch(self, step: Step | None) -> None:
        if step is None:
            return
        answer = await self.reader.conduct.execute(step, self._agreement(step))
        unprocessed = _unprocessed(answer.output)
        self.deleted |= set(_ids(step)) - unprocessed.keys()
        self.refused = {each: code for each, code in self.refused.items() if each not in self.deleted} | unprocessed

    def _agreement(self, step: Step) -> Agreement:
        """The agreement, with what this step deletes as the image before it."""
        listed = [redacted(self.found.identities[each]) for each in _ids(step)]
        pool = self.agreement.matter.assessment.pool
        image = Image("list_identities", {"identity_pool_id": pool.id if pool else ""}, {"identities": listed})
        matter = self.agreement.matter
        return replace(self.agreement, matter=replace(matter, assessment=replace(matter.assessment, images=(image,))))

    def _stop(self, step: Step, error: ToolError) -> None:
        """
        Raises:
            ToolError: the error itself, where it is all that there is to tell.
        """
        if not self.deleted and not self.refused:
            raise error
        self.refused |= dict.fromkeys((each for each in _ids(step) if self._may_go(each)), error.failure.code)
        self.stopped = str(error)

    def _may_go(self, identity_id: str) -> bool:
        return identity_id not in self.deleted and self.refused.get(identity_id, _AGAIN) == _AGAIN

    def _rest(self) -> list[str]:
        return [each for each in self.found.ids if each not in self.deleted and each not in self.refused]

    async def _record_the_rest(self) -> None:
        rest = self._rest()
        if not rest:
            return
        message = (
            f"The call was cancelled after {len(self.deleted)} of {len(self.found.ids)} identities were deleted; "
            f"{len(rest)} were not sent."
        )
        failure = Failure(kind="refused", code="Cancelled", message=message, next_step="Call again to go on.")
        matter = replace(self.agreement.matter, steps=tuple(batches(rest)))
        await self.reader.conduct.recording.refused(replace(self.agreement, matter=matter), failure)


def _ids(step: Step) -> list[str]:
    return cast("DeleteIdentitiesInput", step.request).identity_ids_to_delete


def _unprocessed(output: Shape) -> dict[str, str]:
    listed = cast("DeleteIdentitiesResponse", output).unprocessed_identity_ids
    return {str(each.identity_id): str(each.error_code) for each in listed or ()}
