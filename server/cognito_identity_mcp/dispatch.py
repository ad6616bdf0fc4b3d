"""One tool call, step by step: parse → resolve target → assess → decide → confirm → execute → record.

The steps stand here once, for every tool; nothing reaches the service on another way.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog
from mcp_types import CallToolResult, InputRequiredResult

from cognito_identity_mcp import arguments, rendering, targets
from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.confirmation.assessment import assess
from cognito_identity_mcp.confirmation.elicitation import Asker
from cognito_identity_mcp.confirmation.gate import Gate, refused
from cognito_identity_mcp.confirmation.question import compose
from cognito_identity_mcp.errors import Failure, Refused, RequestFailed, ServiceFailed, ToolError
from cognito_identity_mcp.policy.decision import Facts, Policy, Verdict, decide
from cognito_identity_mcp.secrets.redaction import without_secrets
from cognito_identity_mcp.targets import Target
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.errors import CognitoIdentityError
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.service import Answer, CognitoIdentity
from cognito_identity_tools.shapes import Shape

log = structlog.stdlib.get_logger("cognito_identity_mcp")

Reply = CallToolResult | InputRequiredResult


class Services(Protocol):
    """Where calls go."""

    @property
    def place(self) -> str:
        """For people: "AWS", "AWS profile prod", "the local service"."""
        ...

    async def default_region(self) -> str | None:
        """The region for calls that name none."""
        ...

    def in_region(self, region: str) -> CognitoIdentity:
        """The service in one region."""
        ...


@dataclass(frozen=True)
class ToolCall:
    """A call as it came in, with its way to a human."""

    tool: str
    arguments: Mapping[str, Any] | None
    asker: Asker


@dataclass(frozen=True)
class Dispatcher:
    services: Services
    policy: Policy
    gate: Gate
    shows_secrets: bool

    async def call(self, call: ToolCall) -> Reply:
        """The reply to a call; everything that goes wrong becomes a tool error.

        Raises:
            KeyError: there is no such tool.
        """
        return await _recorded(OPERATIONS[call.tool], lambda operation: self._run(operation, call))

    async def _run(self, operation: Operation, call: ToolCall) -> tuple[Reply, str | None]:
        request = arguments.parse(operation, call.arguments)
        target = await self._target(operation, request)
        waiting = await self._confirmed(operation, request, target, call.asker)
        if waiting is not None:
            return waiting, None
        answer = await self._execute(operation, request, target)
        return rendering.result(operation, answer.output, shows_secrets=self.shows_secrets), answer.request_id

    async def _target(self, operation: Operation, request: Shape) -> Target:
        default = None if targets.regions_named(request) else await self.services.default_region()
        return targets.resolve(operation, request, self.services.place, default)

    async def _confirmed(
        self, operation: Operation, request: Shape, target: Target, asker: Asker
    ) -> InputRequiredResult | None:
        """None when the call may run."""
        assessment = assess(operation, request)
        pool = getattr(request, "identity_pool_id", None)
        decision = decide(
            self.policy,
            Facts(operation.name, operation.name, assessment.effect, target.region, pool=pool and Pool(pool)),
        )
        if decision.verdict is Verdict.REFUSE:
            raise _refused_by_policy(operation, decision.rule)
        if decision.verdict is Verdict.ALLOW:
            return None
        question = compose(operation, request, target, assessment, decision.rule)
        return await self.gate.pass_through(operation, question, asker)

    async def _execute(self, operation: Operation, request: Shape, target: Target) -> Answer:
        try:
            return await self.services.in_region(target.region).call(operation, request)
        except CognitoIdentityError as error:
            raise _about(request, ServiceFailed.from_error(error)) from error
        except RequestFailed as error:
            raise _about(request, error) from error


def _about(request: Shape, error: ToolError) -> ToolError:
    """The error, without the request's secrets in what the service said."""
    message = without_secrets(error.failure.message, request)
    return type(error)(replace(error.failure, message=message))


def _refused_by_policy(operation: Operation, rule: str) -> Refused:
    step = "Tell the user that this server's policy forbids it; only whoever runs the server can change that."
    return refused(operation, "RefusedByPolicy", f"The policy refuses {operation.effect} calls: {rule}.", step)


_INTERNAL = Failure(
    kind="internal",
    code="InternalError",
    message="This server failed; the details are in its log.",
    next_step="Report it to whoever runs the server. If the call changes something, check first whether it did.",
)


async def _recorded(operation: Operation, run: Callable[[Operation], Awaitable[tuple[Reply, str | None]]]) -> Reply:
    """Runs the steps, turns failures into tool errors, and leaves one line in the log: no arguments, no results."""
    entry = log.bind(tool=operation.name, effect=str(operation.effect))
    started = time.perf_counter()
    try:
        reply, request_id = await run(operation)
        outcome = "asked" if isinstance(reply, InputRequiredResult) else "done"
    except ToolError as error:
        failed = error.failure
        reply, request_id, outcome = rendering.failure(failed), failed.request_id, failed.code
    except Exception:  # noqa: BLE001 - the outermost handler: a crash is logged whole and reaches the model plain
        entry.exception("tool_crashed")
        return rendering.failure(_INTERNAL)
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    entry.info("tool_call", outcome=outcome, aws_request_id=request_id, ms=milliseconds)
    return reply
