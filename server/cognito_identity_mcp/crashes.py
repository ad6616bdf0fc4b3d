"""A crash outside of any tool's error handling: whole in the log, plain for the client and in traces.

The SDK would send the words of such an exception to the client and record them in the request's span, where anything
may stand that the request held.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from mcp.server import ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR
from pydantic import ValidationError

from cognito_identity_mcp.logs import EventLog
from cognito_identity_mcp.secrets import in_flight

P = ParamSpec("P")
R = TypeVar("R")

log = EventLog()


class HandlerCrashed(Exception):
    """A handler raised what the SDK would take for its client's fault."""


async def contained(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware directly inside of the SDK's tracing."""
    try:
        in_flight.received((ctx.params or {}).get("arguments"))
        return await call_next(ctx)
    except (MCPError, ValidationError):
        raise  # the SDK words both without what was sent
    except Exception:
        log.exception("request_crashed", method=ctx.method)
    raise MCPError(INTERNAL_ERROR, "This server failed; the details are in its log.")


def answerable(handler: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """The handler, answering for its own ValidationErrors: outside of it they stand for parameters of the wrong form.

    Raises:
        HandlerCrashed: the handler raised one.
    """

    @wraps(handler)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await handler(*args, **kwargs)
        except ValidationError as error:
            raise HandlerCrashed from error

    return answered
