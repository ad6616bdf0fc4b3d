"""A floor: the SDK's low-level server with one tool that does nothing, on the SDK's own transports.

`python -m tests.benchmarks.empty_server stdio|http`. Over HTTP it logs its address like ours does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import anyio
import mcp_types as types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server

TOOL = "nothing"
ANSWER = "done"

Context = ServerRequestContext[dict[str, Any]]


async def _list_tools(_: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
    return types.ListToolsResult(tools=[types.Tool(name=TOOL, input_schema={"type": "object"})])


async def _call_tool(_: Context, __: types.CallToolRequestParams) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=ANSWER)])


def _server() -> Server[dict[str, Any]]:
    return Server("empty", on_list_tools=_list_tools, on_call_tool=_call_tool)


async def _stdio() -> None:
    server = _server()
    async with stdio_server() as (read_stream, write_stream):
        await server.run(read_stream, write_stream, server.create_initialization_options())


def _http() -> None:
    import socket

    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
    sys.stderr.write(json.dumps({"url": url}) + "\n")
    sys.stderr.flush()
    config = uvicorn.Config(_server().streamable_http_app(), log_config=None, access_log=False)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[listening]))


if __name__ == "__main__":
    _http() if sys.argv[1:] == ["http"] else anyio.run(_stdio)
