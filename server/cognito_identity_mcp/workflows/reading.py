"""Reading much at once: at the pace AWS allows, page by page, and with a reason for whatever could not be read."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import anyio
from pydantic import Field

from cognito_identity_mcp.assessment.model import Assessment, Findings, Step
from cognito_identity_mcp.assessment.table import assess
from cognito_identity_mcp.errors import ToolError
from cognito_identity_mcp.policy.overview import needs_pool
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.shapes import Shape

if TYPE_CHECKING:
    from cognito_identity_mcp.assessment.live import Live
    from cognito_identity_mcp.assessment.model import Pool
    from cognito_identity_mcp.conduct import Conduct

PAGE = 60
"""AWS's largest page."""

_USUAL_RATE = 10
"""Requests per second where AWS publishes no quota."""


class NotRead(Shape):
    """One thing that is missing from a result, and why."""

    what: str
    reason: str
    identity_pool_id: str | None = Field(None)


class Pace:
    """Holds the requests of each operation to its quota: a second's worth at once, then one after the other (§14)."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    async def keep(self, operation: str) -> None:
        """Returns when the next request may go out."""
        interval = 1 / (OPERATIONS[operation].rate or _USUAL_RATE)
        now = anyio.current_time()
        due = max(self._next.get(operation, 0.0), now - 1 + interval)
        self._next[operation] = due + interval
        await anyio.sleep(max(0.0, due - now))


@dataclass(frozen=True)
class Reader:
    """The reads of one call. What fails goes to `not_read`, and the rest goes on."""

    conduct: Conduct
    pace: Pace = field(default_factory=Pace)
    not_read: list[NotRead] = field(default_factory=list[NotRead])

    async def read(self, operation: str, *, within: Pool | None = None, **members: Any) -> Any:
        """The output; `within` and what it raises as for `Conduct.read`."""
        await self.pace.keep(operation)
        return await self.conduct.read(operation, within=within, **members)

    async def attempt(self, what: str, operation: str, *, absent: str | None = None, **members: Any) -> Any:
        """The output, or None where it could not be read; an error with the code `absent` says that there is none."""
        try:
            return await self.read(operation, **members)
        except ToolError as error:
            if error.failure.code != absent:
                self.miss(what, error, members.get("identity_pool_id"))
            return None

    def miss(self, what: str, error: ToolError, identity_pool_id: str | None = None) -> None:
        self.not_read.append(NotRead(what=what, reason=str(error), identity_pool_id=identity_pool_id))

    async def pages(self, operation: str, **members: Any) -> AsyncGenerator[Any]:
        """Every page of a list, one after the other; raises as `read`."""
        token: str | None = None
        while True:
            page = await self.read(operation, max_results=PAGE, next_token=token, **members)
            yield page
            token = page.next_token
            if token is None:
                return


async def reader(conduct: Conduct, consequence: str, operation: str, **members: Any) -> Reader:
    """A reader, once a human agreed to the whole call where the policy wants that.

    `operation` is the first read, on which the question rests; raises as `Conduct.agree`.
    """
    row = OPERATIONS[operation]
    step = Step(row, row.input.model_validate(members))
    wanted = any(needs_pool(conduct.policy, tool, conduct.tool) for tool in (conduct.tool, row))

    async def assessing(live: Live) -> Assessment:
        assessment = await assess([step], live, pool_wanted=wanted)
        return replace(assessment, findings=Findings(Effect.READ, consequence))

    agreement = await conduct.agree([step], assessing)
    return Reader(replace(conduct, consent=agreement.consent))
