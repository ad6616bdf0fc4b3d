"""A consent state that cannot be believed ends in words for the model, not in a protocol error it may never see."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from mcp.server import ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError

_SDK_SAYS = {"reason": "invalid_request_state"}
"""The data of the protocol error with which `RequestStateBoundary` rejects a state."""

_ANSWER = frozenset({"requestState", "inputResponses"})
"""The members of a call with which a client answers a question."""

_was_rejected: ContextVar[bool] = ContextVar("state_was_rejected", default=False)


def state_was_rejected() -> bool:
    """Whether the call that is handled now came with a state that is too old, was changed, or is another call's."""
    return _was_rejected.get()


async def rejected_state(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware outside of `RequestStateBoundary`: hands on what that rejects, without its answer, to be refused."""
    try:
        return await call_next(ctx)
    except MCPError as error:
        if ctx.method != "tools/call" or error.error.data != _SDK_SAYS:
            raise
    params = {name: value for name, value in (ctx.params or {}).items() if name not in _ANSWER}
    mark = _was_rejected.set(True)
    try:
        return await call_next(replace(ctx, params=params))
    finally:
        _was_rejected.reset(mark)
