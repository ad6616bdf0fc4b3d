"""A crash outside of any tool's error handling: whole in the log, plain for the client and in traces.

The SDK would send the words of such an exception to the client and record them in the request's span, where anything
may stand that the request held.
"""

from __future__ import annotations

from typing import Any

from mcp.server import ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR
from pydantic import ValidationError

from cognito_identity_mcp.logs import EventLog

log = EventLog()


async def contained(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware directly inside of the SDK's tracing."""
    try:
        return await call_next(ctx)
    except (MCPError, ValidationError):
        raise  # the SDK words both without what was sent
    except Exception:
        log.exception("request_crashed", method=ctx.method)
    raise MCPError(INTERNAL_ERROR, "This server failed; the details are in its log.")
