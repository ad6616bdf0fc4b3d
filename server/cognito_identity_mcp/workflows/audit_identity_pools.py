"""`audit_identity_pools`: what is wrong with one pool, or with those of a region, and the calls that mend it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import anyio
from pydantic import Field

from cognito_identity_mcp.assessment.wording import counted
from cognito_identity_mcp.errors import ToolError
from cognito_identity_mcp.workflows.auditing.check import Finding, Pool, Severity, findings
from cognito_identity_mcp.workflows.auditing.checks import CHECKS
from cognito_identity_mcp.workflows.pool_state import READS, pool_state
from cognito_identity_mcp.workflows.reading import PAGE, NotRead, Reader, reader
from cognito_identity_mcp.workflows.workflow import Workflow
from cognito_identity_tools.constraints import OneOf, ToolDefault, Whole
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.shapes import IdentityPoolId, PaginationKey, Shape

if TYPE_CHECKING:
    from cognito_identity_mcp.conduct import Conduct

_AT_ONCE = 4
"""Pools that are read at the same time."""


class AuditIdentityPoolsInput(Shape):
    identity_pool_id: IdentityPoolId | None = Field(None, description="Left out: all pools of the region.")
    min_severity: Annotated[str, OneOf(tuple(Severity))] | None = Field(None, description="low if left out.")
    max_pools: Annotated[int, Whole(1, 1000), ToolDefault(100)] = Field(description="Then next_token goes on.")
    max_identities: Annotated[int, Whole(0, 6000), ToolDefault(60)] = Field(description="To count in each pool.")
    next_token: PaginationKey | None = Field(None, description="From the call before.")


class AuditIdentityPoolsOutput(Shape):
    """`counts` are of all findings; `not_shown` says how to see those below `min_severity`."""

    pools: int
    counts: dict[str, int]
    findings: list[Finding]
    not_shown: str | None = None
    not_read: list[NotRead] | None = None
    next_token: str | None = None


async def _run(request: AuditIdentityPoolsInput, conduct: Conduct) -> AuditIdentityPoolsOutput:
    if request.identity_pool_id is None:
        reads = await reader(
            conduct, "Reads the settings of the region's identity pools.", "list_identity_pools", max_results=PAGE
        )
        ids, token = await _pools(reads, request.max_pools, request.next_token)
    else:
        ids, token = [request.identity_pool_id], None
        words = f"Reads the settings of {request.identity_pool_id}."
        reads = await reader(conduct, words, "describe_identity_pool", identity_pool_id=request.identity_pool_id)
    audit = _Audit(reads, request.max_identities, len(ids))
    await audit.run(ids)
    return _output(audit, Severity(request.min_severity or Severity.LOW), token)


async def _pools(reads: Reader, most: int, token: str | None) -> tuple[list[str], str | None]:
    """The ids of so many pools, and the token for the next ones."""
    ids: list[str] = []
    while len(ids) < most:
        size = min(PAGE, most - len(ids))
        page = await reads.read("list_identity_pools", max_results=size, next_token=token)
        ids += [str(each.identity_pool_id) for each in page.identity_pools or ()]
        token = page.next_token
        if token is None:
            break
    return ids, token


@dataclass
class _Audit:
    """`pools` counts those whose settings were read."""

    reads: Reader
    max_identities: int
    wanted: int
    done: int = 0
    pools: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])

    async def run(self, ids: list[str]) -> None:
        """
        Raises:
            ToolError: the only pool cannot be read.
        """
        if self.wanted == 1:
            await self._check(ids[0])
            return
        limit = anyio.CapacityLimiter(_AT_ONCE)
        async with anyio.create_task_group() as tasks:
            for each in ids:
                tasks.start_soon(self._attempt, each, limit)

    async def _attempt(self, identity_pool_id: str, limit: anyio.CapacityLimiter) -> None:
        async with limit:
            try:
                await self._check(identity_pool_id)
            except ToolError as error:
                self.reads.miss("identity_pool", error, identity_pool_id)
            self.done += 1
            await self.reads.conduct.conversation.progress(self.done, self.wanted, "Auditing identity pools")

    async def _check(self, identity_pool_id: str) -> None:
        state = await pool_state(self.reads, identity_pool_id, self.max_identities)
        if state.pool is not None:
            self.pools += 1
            self.findings += findings(CHECKS, Pool(state, state.pool))


def _output(audit: _Audit, least: Severity, token: str | None) -> AuditIdentityPoolsOutput:
    counts = Counter(each.severity for each in audit.findings)
    shown = [each for each in audit.findings if Severity(each.severity).rank <= least.rank]
    return AuditIdentityPoolsOutput(
        pools=audit.pools,
        counts={each.value: counts[each] for each in Severity},
        findings=sorted(shown, key=lambda each: (Severity(each.severity).rank, each.identity_pool_id, each.id)),
        not_shown=_not_shown(audit.findings, least),
        not_read=audit.reads.not_read or None,
        next_token=token,
    )


def _not_shown(every: list[Finding], least: Severity) -> str | None:
    """How to see the findings that are less severe than was asked for, if there are any."""
    hidden = [Severity(each.severity) for each in every if Severity(each.severity).rank > least.rank]
    if not hidden:
        return None
    lowest = max(hidden, key=lambda each: each.rank)
    return f"{counted(len(hidden), 'finding is', 'findings are')} not shown: min_severity {lowest} shows all."


TOOL = Workflow(
    name="audit_identity_pools",
    title="Audit identity pools",
    description=(
        "Looks for hazards in one pool or all of a region: public credentials, open classic flow, missing or foreign "
        "roles and more. A finding has evidence and, where one call mends it, that call (fix), made from the state as "
        "it was: after a fix audit that pool again before the next one."
    ),
    input=AuditIdentityPoolsInput,
    output=AuditIdentityPoolsOutput,
    effect=Effect.READ,
    run=_run,
    runs=("list_identity_pools", *READS),
)
