"""Running the calls of MCP connections. It imports all that a call needs, so `app` imports it at the first one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from mcp.server import ServerRequestContext
from mcp_types import CallToolRequestParams

from cognito_identity_mcp.conversation import McpConversation
from cognito_identity_mcp.dispatch import Dispatcher, Reply, ToolCall
from cognito_identity_mcp.policy.decision import Policy
from cognito_identity_mcp.program import commands_on
from cognito_identity_mcp.recording import Recording
from cognito_identity_mcp.secrets.delivery import Delivery
from cognito_identity_mcp.secrets.references import References
from cognito_identity_mcp.services import Services
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.stores import Stores

CallHandler = Callable[[ServerRequestContext[dict[str, Any]], CallToolRequestParams], Awaitable[Reply]]
"""What answers `tools/call` for a tool that there is."""


def call_handler(
    settings: Settings, where: Services, policy: Policy, stores: Stores, *, in_terminal: bool = False
) -> CallHandler:
    """One handler for both protocol eras, around one dispatcher."""
    command = commands_on(settings.state)
    dispatcher = Dispatcher(
        services=where,
        policy=policy,
        recording=Recording(stores, partial(command, "approvals"), settings.approval_wait, in_terminal),
        references=References(settings.secret_sources),
        delivery=Delivery(settings.delivery, stores, partial(command, "credentials")),
    )

    async def call_tool(ctx: ServerRequestContext[dict[str, Any]], params: CallToolRequestParams) -> Reply:
        return await dispatcher.call(ToolCall(params.name, params.arguments, McpConversation(ctx, params)))

    return call_tool
