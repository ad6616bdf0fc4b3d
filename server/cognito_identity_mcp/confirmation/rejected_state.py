"""A consent state that cannot be believed ends in words for the model, not in a protocol error it may never see."""

from __future__ import annotations

from typing import Any

from mcp.server import ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError

from cognito_identity_mcp import rendering
from cognito_identity_mcp.errors import Failure
from cognito_identity_mcp.logs import EventLog

log = EventLog()

_SDK_SAYS = {"reason": "invalid_request_state"}
"""The data of the protocol error with which `RequestStateBoundary` rejects a state."""

_REJECTED = Failure(
    kind="refused",
    code="ConfirmationStateInvalid",
    message=(
        "The call was not carried out. The consent state that came with it is too old, was changed, or belongs to "
        "another call. Nothing was changed."
    ),
    next_step="If the user still wants it, call again without the old state: the question is asked anew.",
)


async def rejected_state(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware outside of `RequestStateBoundary`, whose rejections it turns into tool errors."""
    try:
        return await call_next(ctx)
    except MCPError as error:
        if ctx.method != "tools/call" or error.error.data != _SDK_SAYS:
            raise
        log.warning("consent_state_rejected", tool=str((ctx.params or {}).get("name")))
        return rendering.failure(_REJECTED)
