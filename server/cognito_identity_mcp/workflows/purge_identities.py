"""`purge_identities`: deletes the identities of a pool that match a filter, after one consent to the exact set."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from cognito_identity_mcp.assessment.model import Assessment, Pool
from cognito_identity_mcp.confirmation import refusals
from cognito_identity_mcp.errors import InvalidInput, problem
from cognito_identity_mcp.workflows import purging
from cognito_identity_mcp.workflows.deleting import Deletion, NotDeleted, batches
from cognito_identity_mcp.workflows.purging import Filter, Found, Progress, Scan
from cognito_identity_mcp.workflows.reading import Reader
from cognito_identity_mcp.workflows.rechecking import Recheck
from cognito_identity_mcp.workflows.workflow import Workflow
from cognito_identity_tools.constraints import OneOf, Text, ToolDefault, Whole
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.identities import IdentityDescription
from cognito_identity_tools.shapes import IdentityPoolId, Shape

if TYPE_CHECKING:
    from cognito_identity_mcp.assessment.live import Live
    from cognito_identity_mcp.conduct import Conduct

_MOST_STARTS = 3
"""How often a call begins anew because the set changed meanwhile."""

_RFC_3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)"


class PurgeIdentitiesInput(Shape):
    identity_pool_id: IdentityPoolId
    only: Annotated[str, OneOf(("guest", "disabled"))] | None = Field(
        None, description="guest: no login. disabled: merged into another."
    )
    last_modified_before: Annotated[str, Text(pattern=_RFC_3339, example="2026-01-31T00:00:00Z")] | None = Field(
        None, description="As 2026-01-31T00:00:00Z. In a busy pool it keeps the set from changing."
    )
    dry_run: bool | None = Field(None, description="true unless you say false.")
    max_identities: Annotated[int, Whole(1, 6000), ToolDefault(1000)] = Field(description="Most to delete.")


class PurgeIdentitiesOutput(Shape):
    """`digest` identifies the set of `count` identities; `complete`: the pool has no others that match; `sample` is of
    a dry run.

    `deleted`, `not_deleted` (with the reason for each; ChangedSinceApproval: kept, because it changed) and `not_sent`
    are there after a run; `run` marks its changes in list_changes (`part_of`).
    """

    dry_run: bool
    count: int
    digest: str
    sample: list[IdentityDescription] | None = None
    scanned: int
    complete: bool
    deleted: int | None = None
    not_deleted: list[NotDeleted] | None = None
    not_sent: int | None = None
    stopped: str | None = None
    run: str | None = None


class _Moved(Exception):
    """The set is no longer the one that was found."""


async def _run(request: PurgeIdentitiesInput, conduct: Conduct) -> PurgeIdentitiesOutput:
    """
    Raises:
        InvalidInput: there is no filter, or its time does not exist.
    """
    wanted = _filter(request)
    progress = Progress(conduct.conversation)
    reader = Reader(conduct)
    starts = 0
    while True:
        found = await Scan(reader, progress, wanted).run()
        if request.dry_run is not False or not found.ids:
            return _output(found, dry_run=request.dry_run is not False)
        try:
            deletion = await _agreed(reader, progress, wanted, found)
        except _Moved:
            starts += 1
            if starts == _MOST_STARTS:
                raise await conduct.refuse(refusals.unsettled(conduct.tool), batches(found.ids)) from None
            continue
        await deletion.run()
        return _output(found, dry_run=False).model_copy(update=deletion.outcome())


async def _agreed(reader: Reader, progress: Progress, wanted: Filter, found: Found) -> Deletion:
    """The deletion, once it is agreed to.

    Raises:
        _Moved: meanwhile others match.
    """
    looks = 0

    async def assessing(live: Live) -> Assessment:
        nonlocal looks
        looks += 1
        if looks > 1 and (await Scan(reader, progress, wanted).run()).state != found.state:
            raise _Moved
        return await purging.assessment(wanted, found, live)

    run = f"run-{secrets.token_hex(4)}"
    agreement = await reader.conduct.agree(batches(found.ids), assessing, part_of=run)
    pool = agreement.matter.assessment.pool or Pool(wanted.identity_pool_id)
    agreed = replace(reader, conduct=replace(reader.conduct, consent=agreement.consent))
    recheck = Recheck(agreed, pool, found.identities, wanted.hide_disabled)
    return Deletion(agreed, progress, agreement, found, recheck, run)


def _filter(request: PurgeIdentitiesInput) -> Filter:
    if request.only is None and request.last_modified_before is None:
        raise _invalid("only", "or last_modified_before is required: a purge of all identities is delete_identity_pool")
    return Filter(request.identity_pool_id, request.only, _time(request.last_modified_before), request.max_identities)


def _time(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise _invalid("last_modified_before", f"is no time: {error}") from error


def _invalid(path: str, rule: str) -> InvalidInput:
    return InvalidInput.in_arguments("purge_identities", [problem(path, rule)])


def _output(found: Found, *, dry_run: bool) -> PurgeIdentitiesOutput:
    return PurgeIdentitiesOutput(
        dry_run=dry_run,
        count=len(found.ids),
        digest=found.digest,
        sample=found.sample if dry_run else None,
        scanned=found.scanned,
        complete=found.complete,
    )


TOOL = Workflow(
    name="purge_identities",
    title="Purge identities",
    description=(
        "Deletes the identities of a pool that match a filter. First a dry run, which only counts them; then with "
        "dry_run false a human agrees to the exact set. Final. If it ends early, call again: it goes on with the rest."
    ),
    input=PurgeIdentitiesInput,
    output=PurgeIdentitiesOutput,
    effect=Effect.DESTROY,
    run=_run,
    runs=("list_identities", "describe_identity_pool", "describe_identity", "delete_identities"),
)
