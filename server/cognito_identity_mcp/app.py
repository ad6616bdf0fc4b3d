"""The composition root: builds the MCP server from the settings, once."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from mcp.server import CacheHint, Server, ServerRequestContext
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    Icon,
    InputRequiredResult,
    ListToolsResult,
    PaginatedRequestParams,
    Tool,
)
from pydantic_core import from_json, to_json

from cognito_identity_mcp import __version__
from cognito_identity_mcp.aws.connections import ConnectionSettings
from cognito_identity_mcp.aws.services import AwsServices
from cognito_identity_mcp.confirmation.rejected_state import rejected_state
from cognito_identity_mcp.crashes import answerable, contained
from cognito_identity_mcp.instructions import instructions
from cognito_identity_mcp.lasting import made_to_last
from cognito_identity_mcp.listing import every_tool, tools
from cognito_identity_mcp.policy.decision import Policy
from cognito_identity_mcp.services import Services, ServicesContext
from cognito_identity_mcp.settings import (
    ANSWER_HOLDS_FOR,
    Secrets,
    Settings,
    SettingsError,
    Transport,
    is_loopback_url,
)
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.stores import Stores
from cognito_identity_mcp.targets import FALLBACK_REGION

if TYPE_CHECKING:
    from cognito_identity_mcp.calls import CallHandler

NAME = "cognito-identity-mcp"
LOCAL_PLACE = "the local service"
WEBSITE = "https://github.com/cognito-identity-mcp/cognito-identity-mcp"

Context = ServerRequestContext[dict[str, Any]]

_LOCAL_CREDENTIALS = ("local", "local")
"""For endpoints on this machine: real credentials are for AWS only, unless a profile is asked for by name."""

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="9" fill="#b0084d"/>'
    '<g fill="none" stroke="#fff" stroke-width="3"><circle cx="24" cy="18" r="7"/>'
    '<path d="M10 40c1-9 7-13 14-13s13 4 14 13"/></g></svg>'
)


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


def policy_of(settings: Settings) -> Policy:
    """The policy that the settings choose. Reads files, which blocks for a moment.

    Raises:
        SettingsError: the policy file cannot be read or is wrong.
    """
    if settings.policy is None and settings.preset is None:
        return Policy(settings.read_only)
    from cognito_identity_mcp.policy.file import policy

    return policy(settings)


@asynccontextmanager
async def mcp_server(
    settings: Settings, where: Services, policy: Policy | None = None, *, in_terminal: bool = False
) -> AsyncGenerator[Server[dict[str, Any]]]:
    """The MCP server, for as long as its records are open. `policy`: that of the settings, if it was read before.

    `in_terminal`: its client is this program, and asks the person who started it.

    Raises:
        SettingsError: the policy file is wrong, or the state folder cannot be used.
    """
    stores, key = await anyio.to_thread.run_sync(_stores, settings)
    policy = await anyio.to_thread.run_sync(policy_of, settings) if policy is None else policy
    _check_inline(settings, allowed_over_http=policy.inline_secrets_over_http)
    listed = await anyio.to_thread.run_sync(partial(tools, policy, hide_refused=settings.hide_refused))
    calls = _Calls(partial(_call_handler, settings, where, policy, stores, in_terminal=in_terminal))
    try:
        yield _server(settings, where.place, listed, calls, key)
    finally:
        await stores.aclose()


def _stores(settings: Settings) -> tuple[Stores, bytes]:
    """Blocking: looks at the state folder and reads its key."""
    stores = Stores(StateFolder.at(settings.state), settings.longest_call)
    return stores, stores.key.derive("request state")


def _check_inline(settings: Settings, *, allowed_over_http: bool) -> None:
    """Raises:
    SettingsError: secrets that open something would be shown to whoever reaches the server over HTTP.
    """
    is_over_http = settings.transport is Transport.HTTP and not settings.local
    if is_over_http and settings.delivery is Secrets.INLINE and not allowed_over_http:
        raise SettingsError(
            "secrets = inline shows tokens and keys to every client over HTTP. Use handoff, or put "
            "inline_secrets_over_http = true into the policy file."
        )


def _call_handler(
    settings: Settings, where: Services, policy: Policy, stores: Stores, *, in_terminal: bool
) -> CallHandler:
    """Blocking: loads what runs calls, half of all modules. Clients list tools long before they call one, if ever."""
    with made_to_last():
        from cognito_identity_mcp.calls import call_handler

        return call_handler(settings, where, policy, stores, in_terminal=in_terminal)


class _Calls:
    """Answers `tools/call` with a handler that is loaded at the first one, in a worker thread.

    Calls that come meanwhile wait for it.
    """

    def __init__(self, load: Callable[[], CallHandler]) -> None:
        self._load = load
        self._loading = anyio.Lock()
        self._loaded: CallHandler | None = None

    async def handler(self) -> CallHandler:
        return self._loaded or await self._load_once()

    async def _load_once(self) -> CallHandler:
        async with self._loading:
            if self._loaded is None:
                self._loaded = await anyio.to_thread.run_sync(self._load)
        return self._loaded


class _Server(Server[dict[str, Any]]):
    """Answers carry the identity, with its icon: read from text, which takes a tenth of copying it member by member."""

    @cached_property
    def _identity(self) -> bytes:
        return to_json(self.server_info.model_dump(by_alias=True, mode="json", exclude_none=True))

    @property
    def server_info_stamp(self) -> dict[str, Any]:
        stamp: dict[str, Any] = from_json(self._identity)
        return stamp


def _server(settings: Settings, place: str, listed: list[Tool], calls: _Calls, key: bytes) -> Server[dict[str, Any]]:
    schemas = {tool.name: tool.input_schema for tool in every_tool()}

    async def list_tools(
        ctx: Context,  # noqa: ARG001 - every client sees the same tools
        params: PaginatedRequestParams | None,  # noqa: ARG001 - the list is one page
    ) -> ListToolsResult:
        return ListToolsResult(tools=listed)

    async def call_tool(ctx: Context, params: CallToolRequestParams) -> CallToolResult | InputRequiredResult:
        if params.name not in schemas:
            raise MCPError(INVALID_PARAMS, f"Unknown tool {params.name!r}. Tools are: {', '.join(schemas)}.")
        return await (await calls.handler())(ctx, params)

    server = _Server(
        NAME,
        version=__version__,
        title="Amazon Cognito identity pools",
        description="The 23 operations of Cognito Identity, with human consent for what cannot be undone.",
        instructions=instructions(sorted(settings.secret_sources)),
        website_url=WEBSITE,
        icons=[Icon(src=_data_url(_ICON), mime_type="image/svg+xml", sizes=["any"])],
        cache_hints={"tools/list": CacheHint(ttl_ms=3_600_000, scope="public")},
        get_tool_input_schema=schemas.get,
        on_list_tools=answerable(list_tools),
        on_call_tool=answerable(call_tool),
    )
    state = RequestStateSecurity(keys=[key], ttl=ANSWER_HOLDS_FOR)
    audience = f"{NAME} for {place}"
    server.middleware += [contained, rejected_state, RequestStateBoundary(state, default_audience=audience)]
    return server


def _data_url(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
