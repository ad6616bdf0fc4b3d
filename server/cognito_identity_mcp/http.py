"""The streamable HTTP transport: `/mcp` for clients of both protocol eras, `/health` for whoever watches."""

from __future__ import annotations

from typing import Any

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


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
