"""The composition root: builds the MCP server from the settings, once."""

from __future__ import annotations

import shlex
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cached_property
from typing import Any, Protocol

import anyio.to_thread
from mcp.server import CacheHint, Server, ServerRequestContext
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    Icon,
    ListToolsResult,
    PaginatedRequestParams,
    Tool,
)
from pydantic_core import from_json, to_json

from cognito_identity_mcp import __version__
from cognito_identity_mcp.aws.connections import ConnectionSettings
from cognito_identity_mcp.aws.services import AwsServices
from cognito_identity_mcp.confirmation.rejected_state import rejected_state
from cognito_identity_mcp.conversation import McpConversation
from cognito_identity_mcp.dispatch import Dispatcher, Reply, Services, ToolCall
from cognito_identity_mcp.instructions import instructions
from cognito_identity_mcp.listing import every_tool, tools
from cognito_identity_mcp.policy import file as policy_file
from cognito_identity_mcp.policy.decision import Policy
from cognito_identity_mcp.recording import Recording
from cognito_identity_mcp.secrets.delivery import Delivery, check_inline, fetch_command
from cognito_identity_mcp.secrets.references import References
from cognito_identity_mcp.settings import ANSWER_HOLDS_FOR, Settings, is_loopback_url
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.stores import Stores
from cognito_identity_mcp.targets import FALLBACK_REGION
from cognito_identity_mcp.toolbox import TOOLS

NAME = "cognito-identity-mcp"
LOCAL_PLACE = "the local service"
WEBSITE = "https://github.com/cognito-identity-mcp/cognito-identity-mcp"

_LOCAL_CREDENTIALS = ("local", "local")
"""For endpoints on this machine: real credentials are for AWS only, unless a profile is asked for by name."""

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="9" fill="#b0084d"/>'
    '<g fill="none" stroke="#fff" stroke-width="3"><circle cx="24" cy="18" r="7"/>'
    '<path d="M10 40c1-9 7-13 14-13s13 4 14 13"/></g></svg>'
)


class ServicesContext(Services, AbstractAsyncContextManager[Any], Protocol):
    """Where calls go, to be closed at the end."""


def services(settings: Settings) -> ServicesContext:
    """Where calls go. The local service is found or started here, which blocks for a moment; closing ends it.

    Raises:
        SettingsError: the local service's data cannot be used.
    """
    if not settings.local:
        return _aws(settings, settings.endpoint_url, place_of(settings))
    from cognito_identity_mcp.aws.local_services import LocalServices
    from cognito_identity_mcp.local_host import local_host

    return LocalServices(local_host(settings), lambda url: _aws(settings, url, LOCAL_PLACE))


def _aws(settings: Settings, endpoint: str | None, place: str) -> AwsServices:
    is_here = endpoint is not None and is_loopback_url(endpoint) and settings.profile is None
    connection = ConnectionSettings(
        has_identity=not is_loopback_url(endpoint or ""),
        profile=settings.profile,
        region=settings.region or (FALLBACK_REGION if is_here else None),
        endpoint_url=endpoint,
        static_credentials=_LOCAL_CREDENTIALS if is_here else None,
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        max_attempts=settings.max_attempts,
        max_concurrency=settings.max_concurrency,
    )
    return AwsServices(connection, place)


def place_of(settings: Settings) -> str:
    """Where calls go, for people, and for what holds in one place only: approvals, grants, undoing."""
    if settings.local:
        return LOCAL_PLACE
    profile = f" profile {settings.profile}" if settings.profile else ""
    return f"AWS{profile} at {settings.endpoint_url}" if settings.endpoint_url else f"AWS{profile}"


@asynccontextmanager
async def mcp_server(
    settings: Settings, where: Services, policy: Policy | None = None
) -> AsyncGenerator[Server[dict[str, Any]]]:
    """The MCP server, for as long as its records are open. `policy`: that of the settings, if it was read before.

    Raises:
        SettingsError: the policy file is wrong, or the state folder cannot be used.
    """
    stores, key = await anyio.to_thread.run_sync(_stores, settings)
    policy = await anyio.to_thread.run_sync(policy_file.policy, settings) if policy is None else policy
    check_inline(settings, allowed_over_http=policy.inline_secrets_over_http)
    dispatcher = Dispatcher(
        services=where,
        policy=policy,
        recording=Recording(stores, approve_command(settings), settings.approval_wait),
        references=References(settings.secret_sources),
        delivery=Delivery(settings.delivery, stores, fetch_command(settings)),
    )
    try:
        yield _server(dispatcher, tools(policy, hide_refused=settings.hide_refused), key)
    finally:
        await stores.aclose()


def _stores(settings: Settings) -> tuple[Stores, bytes]:
    """Blocking: looks at the state folder and reads its key."""
    stores = Stores(StateFolder.at(settings.state), settings.longest_call)
    return stores, stores.folder.key().derive("request state")


def approve_command(settings: Settings) -> Callable[[str], str]:
    """Words how a human approves a call, by the approval's id."""
    where = f" --state {shlex.quote(str(settings.state))}" if settings.state else ""
    return lambda approval_id: f"cognito-identity-mcp approvals approve {approval_id}{where}"


class _Server(Server[dict[str, Any]]):
    """Answers carry the identity, with its icon: read from text, which takes a tenth of copying it member by member."""

    @cached_property
    def _identity(self) -> bytes:
        return to_json(self.server_info.model_dump(by_alias=True, mode="json", exclude_none=True))

    @property
    def server_info_stamp(self) -> dict[str, Any]:
        stamp: dict[str, Any] = from_json(self._identity)
        return stamp


def _server(dispatcher: Dispatcher, listed: list[Tool], key: bytes) -> Server[dict[str, Any]]:
    """Two handlers, one for both protocol eras, around one dispatcher."""

    async def list_tools(
        ctx: ServerRequestContext[dict[str, Any]],  # noqa: ARG001 - every client sees the same tools
        params: PaginatedRequestParams | None,  # noqa: ARG001 - the list is one page
    ) -> ListToolsResult:
        return ListToolsResult(tools=listed)

    async def call_tool(ctx: ServerRequestContext[dict[str, Any]], params: CallToolRequestParams) -> Reply:
        if params.name not in TOOLS:
            raise MCPError(INVALID_PARAMS, f"Unknown tool {params.name!r}. Tools are: {', '.join(TOOLS)}.")
        return await dispatcher.call(ToolCall(params.name, params.arguments, McpConversation(ctx, params)))

    server = _Server(
        NAME,
        version=__version__,
        title="Amazon Cognito identity pools",
        description="The 23 operations of Cognito Identity, with human consent for what cannot be undone.",
        instructions=instructions(dispatcher.references.names),
        website_url=WEBSITE,
        icons=[Icon(src=_data_url(_ICON), mime_type="image/svg+xml", sizes=["any"])],
        cache_hints={"tools/list": CacheHint(ttl_ms=3_600_000, scope="public")},
        get_tool_input_schema={tool.name: tool.input_schema for tool in every_tool()}.get,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    state = RequestStateSecurity(keys=[key], ttl=ANSWER_HOLDS_FOR)
    audience = f"{NAME} for {dispatcher.services.place}"
    server.middleware += [rejected_state, RequestStateBoundary(state, default_audience=audience)]
    return server


def _data_url(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
