"""The streamable HTTP transport: `/mcp` for clients of both protocol eras, `/health` for whoever watches."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from socket import socket
from typing import Any

import uvicorn
from mcp.server import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def application(server: Server[Any], host: str) -> Starlette:
    """The ASGI application for a server that listens on a loopback `host`.

    Requests whose Host or Origin is not of this machine are refused: a page in the user's browser could have been made
    to send them (DNS rebinding).
    """
    names = dict.fromkeys((*_LOOPBACK, host))
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[f"{name}:*" for name in names],
        allowed_origins=[f"{scheme}://{name}:*" for scheme in ("http", "https") for name in names],
    )
    return server.streamable_http_app(
        host=host,
        transport_security=security,
        custom_starlette_routes=[Route("/health", _health, methods=["GET"])],
    )


_GRACE = 1
"""Seconds that open requests get at the end."""


class HttpServer(uvicorn.Server):
    """uvicorn's server, which tells when it accepts connections and ends when it is told to.

    Signals are the caller's: uvicorn takes them late, and raises them again at the end, so that an orderly stop would
    look like a death.
    """

    def __init__(self, application: Starlette, on_ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            application, log_config=None, access_log=False, timeout_graceful_shutdown=_GRACE, lifespan="on"
        )
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    def stop(self) -> None:
        self.should_exit = True


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
