"""The connection behind a tool call: who is at the other end, asking its human, showing progress."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, Protocol

import anyio
from mcp.server import ServerRequestContext
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp_types import CallToolRequestParams

from cognito_identity_mcp.confirmation.elicitation import Asker, asker_for

_LONGEST_CLIENT = 100

_PROGRESS_INTERVAL: float = 10
"""Seconds between signs of life while a human thinks."""


class Conversation(Protocol):
    """What one call has beside its arguments."""

    @property
    def asker(self) -> Asker: ...

    @property
    def client(self) -> str | None:
        """The client's word for itself, name and version."""
        ...

    @property
    def subject(self) -> str | None:
        """Who signed in; None on connections without sign-in."""
        ...

    @property
    def scopes(self) -> frozenset[str]: ...

    @property
    def waited(self) -> float:
        """Seconds that the call spent waiting for a human."""
        ...

    def waiting(self) -> AbstractAsyncContextManager[None]:
        """Tells the client from time to time that a human is awaited, while the block runs."""
        ...

    async def progress(self, done: float, total: float | None, message: str) -> None:
        """Reports how far the call is, to clients that asked for it."""
        ...


class McpConversation:
    """See `Conversation`; over an MCP connection of either era."""

    def __init__(self, ctx: ServerRequestContext[Any, Any], params: CallToolRequestParams) -> None:
        self._ctx = ctx
        self.asker = asker_for(ctx, params)
        token = get_access_token()
        self.subject = None if token is None else token.subject or token.client_id
        self.scopes = frozenset(token.scopes if token else ())
        self.waited = 0.0
        self._done: float = 0
        self._signs: float = 0

    @property
    def client(self) -> str | None:
        params = self._ctx.session.client_params
        if params is None:
            return None
        return f"{params.client_info.name} {params.client_info.version}"[:_LONGEST_CLIENT]

    @asynccontextmanager
    async def waiting(self) -> AsyncGenerator[None]:
        started = time.perf_counter()
        try:
            with _its_own_error():
                async with _beside(self._show_signs_of_life):
                    yield
        finally:
            self.waited += time.perf_counter() - started

    async def progress(self, done: float, total: float | None, message: str) -> None:
        self._done = done
        await self._report(total, message)

    async def _show_signs_of_life(self) -> None:
        while True:
            await anyio.sleep(_PROGRESS_INTERVAL)
            self._signs += _PROGRESS_INTERVAL
            await self._report(None, "Waiting for a human to confirm")

    async def _report(self, total: float | None, message: str) -> None:
        """To MCP progress may only go up: what was shown while a human was awaited counts from then on."""
        of = None if total is None else total + self._signs
        await self._ctx.session.report_progress(self._done + self._signs, of, message)


@contextmanager
def _its_own_error() -> Generator[None]:
    """What the block raised, out of the group that a task group makes of it."""
    try:
        yield
    except BaseExceptionGroup as group:
        first, *others = group.exceptions
        if others:
            raise
        raise first from None


@asynccontextmanager
async def _beside(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncGenerator[None]:
    """The work goes on for as long as the block."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        try:
            yield
        finally:
            tasks.cancel_scope.cancel()
