"""Servers for the interaction tests, and the watch over their event loop."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from typing import Any, cast

import pytest
from blockbuster import blockbuster_ctx
from mcp import Client

from cognito_identity_mcp.settings import Secrets, Settings
from tests.processes import LOCAL, mcp_url, over_stdio, started

from .clients import ERAS, Era, Human, in_process

Connect = Callable[[Human | None], AbstractAsyncContextManager[Client]]


@pytest.fixture
def no_blocking_calls() -> Iterator[None]:
    """A call that blocks the event loop fails the test."""
    import_module("jsonschema")  # the MCP client imports it at its first result, from files
    with blockbuster_ctx() as watch:
        for function in watch.functions.values():
            # Clients are made in a worker thread, on a loop that serves nobody else.
            function.can_block_in("cognito_identity_mcp/aws/connections.py", "_make")
        yield


@pytest.fixture(scope="session")
def http_server() -> Iterator[str]:
    """The address of a server over streamable HTTP, with its own local service."""
    with started("serve", "--transport", "http", "--port", "0", *LOCAL) as process:
        yield mcp_url(process)


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> Era:
    return cast("Era", request.param)


@pytest.fixture(params=["stdio", "http", "in process"])
def connect(request: pytest.FixtureRequest, era: Era) -> Connect:
    """A way to a server that shows secrets and works on a local service: each transport, in each protocol era."""
    if request.param == "in process":
        url: str = request.getfixturevalue("local_service")
        settings = Settings(endpoint_url=url, secrets=Secrets.INLINE)
        return lambda human: in_process(settings, human, era)
    where: Any = over_stdio(*LOCAL) if request.param == "stdio" else request.getfixturevalue("http_server")
    return lambda human: _client(where, human, era)


@asynccontextmanager
async def _client(where: Any, human: Human | None, era: Era) -> AsyncGenerator[Client]:
    async with Client(where, mode=era, elicitation_callback=human) as client:
        yield client


@pytest.fixture
def settings(local_service: str) -> Settings:
    """A server that calls the shared local service and is set up as for AWS otherwise."""
    return Settings(endpoint_url=local_service)
