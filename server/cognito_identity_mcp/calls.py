"""Running the calls of MCP connections. It imports all that a call needs, so `app` imports it at the first one."""

from __future__ import annotations

import shlex
from collections.abc import Awaitable, Callable
from typing import Any

from mcp.server import ServerRequestContext
from mcp_types import CallToolRequestParams

from cognito_identity_mcp.conversation import McpConversation
from cognito_identity_mcp.dispatch import Dispatcher, Reply, ToolCall
from cognito_identity_mcp.policy.decision import Policy
from cognito_identity_mcp.recording import Recording
from cognito_identity_mcp.secrets.delivery import Delivery, fetch_command
from cognito_identity_mcp.secrets.references import References
from cognito_identity_mcp.services import Services
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.stores import Stores

CallHandler = Callable[[ServerRequestContext[dict[str, Any]], CallToolRequestParams], Awaitable[Reply]]
"""What answers `tools/call` for a tool that there is."""


def call_handler(settings: Settings, where: Services, policy: Policy, stores: Stores) -> CallHandler:
    """One handler for both protocol eras, around one dispatcher."""
    dispatcher = Dispatcher(
        services=where,
        policy=policy,
        recording=Recording(stores, _approve_command(settings), settings.approval_wait),
        references=References(settings.secret_sources),
        delivery=Delivery(settings.delivery, stores, fetch_command(settings)),
    )

    async def call_tool(ctx: ServerRequestContext[dict[str, Any]], params: CallToolRequestParams) -> Reply:
        return await dispatcher.call(ToolCall(params.name, params.arguments, McpConversation(ctx, params)))

    return call_tool


def _approve_command(settings: Settings) -> Callable[[str], str]:
    """Words how a human approves a call, by the approval's id."""
    where = f" --state {shlex.quote(str(settings.state))}" if settings.state else ""
    return lambda approval_id: f"cognito-identity-mcp approvals approve {approval_id}{where}"
