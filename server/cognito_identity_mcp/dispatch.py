"""One tool call: parse → resolve target → conduct (assess → decide → confirm → execute → record) → render.

Everything that goes wrong on the way becomes a tool error here.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mcp_types import CallToolResult, InputRequiredResult

from cognito_identity_mcp import arguments, rendering, targets
from cognito_identity_mcp.assessment.model import Step
from cognito_identity_mcp.conduct import Conduct
from cognito_identity_mcp.confirmation import refusals
from cognito_identity_mcp.confirmation.elicitation import Waiting
from cognito_identity_mcp.confirmation.rejected_state import state_was_rejected
from cognito_identity_mcp.conversation import Conversation
from cognito_identity_mcp.errors import Failure, ToolError
from cognito_identity_mcp.logs import EventLog
from cognito_identity_mcp.policy.decision import Policy
from cognito_identity_mcp.recording import Recording
from cognito_identity_mcp.secrets import in_flight
from cognito_identity_mcp.secrets.delivery import Delivery
from cognito_identity_mcp.secrets.references import References
from cognito_identity_mcp.services import Services
from cognito_identity_mcp.targets import Target
from cognito_identity_mcp.toolbox import HAVE_NO_REGION, RUNS, TOOLS
from cognito_identity_tools.operation import Operation, Tool
from cognito_identity_tools.shapes import Shape

log = EventLog()

Reply = CallToolResult | InputRequiredResult


@dataclass(frozen=True)
class ToolCall:
    """A call as it came in, with its connection."""

    tool: str
    arguments: Mapping[str, Any] | None
    conversation: Conversation


@dataclass(frozen=True)
class Dispatcher:
    services: Services
    policy: Policy
    recording: Recording
    references: References
    delivery: Delivery

    async def call(self, call: ToolCall) -> Reply:
        """The reply to a call; leaves one line in the log, without arguments and results.

        Raises:
            KeyError: there is no such tool.
        """
        tool = TOOLS[call.tool]
        started = time.perf_counter()
        request_ids: list[str] = []
        outcome, reply = await self._replied(tool, call, request_ids)
        log.info(
            "tool_call",
            tool=tool.name,
            effect=str(tool.effect),
            outcome=outcome,
            aws_request_ids=request_ids,
            ms=_milliseconds(time.perf_counter() - started - call.conversation.waited),
            human_ms=_milliseconds(call.conversation.waited),
        )
        return reply

    async def _replied(self, tool: Tool, call: ToolCall, request_ids: list[str]) -> tuple[str, Reply]:
        try:
            return "done", await self._run(tool, call, request_ids)
        except Waiting as waiting:
            return "asked", waiting.result
        except ToolError as error:
            request_ids.extend([error.failure.request_id] if error.failure.request_id else [])
            return error.failure.code, rendering.failure(error.failure)
        except Exception:
            # The outermost handler: a crash is logged whole and reaches the model plain.
            log.exception("tool_crashed", tool=tool.name)
            return _INTERNAL.code, rendering.failure(_INTERNAL)

    async def _run(self, tool: Tool, call: ToolCall, request_ids: list[str]) -> CallToolResult:
        request = arguments.parse(tool, call.arguments)
        in_flight.begin(request)
        self.references.check(request)
        conduct = Conduct(
            tool=tool,
            target=await self._target(tool, request),
            conversation=call.conversation,
            services=self.services,
            policy=self.policy,
            references=self.references,
            recording=self.recording,
            request_ids=request_ids,
        )
        if state_was_rejected():
            steps = (Step(tool, request),) if isinstance(tool, Operation) else ()
            raise await conduct.refuse(refusals.state_rejected(tool), steps)
        output = await RUNS[tool.name](request, conduct)
        return rendering.result(tool, await self.delivery.delivered(tool, request, output, conduct.target))

    async def _target(self, tool: Tool, request: Shape) -> Target:
        default = None if targets.regions_named(request) else await self.services.default_region()
        if tool.name in HAVE_NO_REGION:
            default = default or targets.FALLBACK_REGION
        return targets.resolve(tool, request, self.services.place, default)


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


_INTERNAL = Failure(
    kind="internal",
    code="InternalError",
    message="This server failed; the details are in its log.",
    next_step="Report it to whoever runs the server. If the call changes something, check first whether it did.",
)
