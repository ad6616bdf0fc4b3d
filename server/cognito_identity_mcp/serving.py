"""Running the server on a transport until its client leaves or a signal comes."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import anyio
from anyio.abc import TaskStatus
from mcp.server import Server

from cognito_identity_mcp.app import mcp_server, policy_of, services
from cognito_identity_mcp.aws.profiles import report_missing_profile
from cognito_identity_mcp.logs import EventLog
from cognito_identity_mcp.policy.decision import Policy
from cognito_identity_mcp.services import ServicesContext
from cognito_identity_mcp.settings import Settings, SettingsError, Transport
from cognito_identity_mcp.stdio import stdio_streams
from cognito_identity_mcp.unfinished import report_unfinished

log = EventLog()


def serve(settings: Settings) -> None:
    """Serves until the client closes stdin, or SIGINT or SIGTERM comes; then closes everything within two seconds.

    Deletions that were sent are waited for, so that their outcome is on record: as long as the client sends them again.

    Raises:
        SettingsError: the policy file is wrong, or the port or the local service's data cannot be used.
    """
    policy, where = policy_of(settings), services(settings)
    anyio.run(_serve, settings, policy, where, backend_options={"use_uvloop": _wants_uvloop(settings)})


def _wants_uvloop(settings: Settings) -> bool:
    """It pays where there are many sockets, and is not made for Windows."""
    return settings.transport is Transport.HTTP and sys.platform != "win32"


async def _serve(settings: Settings, policy: Policy, where: ServicesContext) -> None:
    async with where, mcp_server(settings, where, policy) as server:
        if settings.transport is Transport.HTTP:
            await _serve_http(server, settings)
        else:
            await _serve_stdio(server, settings)


async def _serve_stdio(server: Server[Any], settings: Settings) -> None:
    async with anyio.create_task_group() as tasks:
        await tasks.start(_on_signal, tasks.cancel_scope.cancel)
        tasks.start_soon(report_unfinished, settings)
        tasks.start_soon(report_missing_profile, settings)
        async with stdio_streams() as (read_stream, write_stream):
            await server.run(read_stream, write_stream, server.create_initialization_options())
        tasks.cancel_scope.cancel()


async def _on_signal(stop: Callable[[], None], *, task_status: TaskStatus[None]) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        task_status.started()
        async for _ in signals:
            stop()


async def _serve_http(server: Server[Any], settings: Settings) -> None:
    from cognito_identity_mcp.http import HttpServer, application

    listening = _bind(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{listening.getsockname()[1]}/mcp"
    http = HttpServer(application(server, settings.host), lambda: log.info("listening", url=url))
    async with anyio.create_task_group() as tasks:
        await tasks.start(_on_signal, http.stop)
        tasks.start_soon(report_unfinished, settings)
        tasks.start_soon(report_missing_profile, settings)
        await http.serve(sockets=[listening])
        tasks.cancel_scope.cancel()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's algorithm off; else each answer waits 40 ms for a delayed ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise SettingsError(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another --port, or 0.") from None
    return listening
