"""MCP servers to start and to ask for their tools: ours, an empty one, and awslabs'."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from .environments import NotInstalled, installed
from .load import WrongAnswer
from .mcp_client import Era, StdioClient, over_stdio
from .processes import DidNotStart, Program, last_words, resident, running

OURS, EMBEDDED, EMPTY = "serve", "serve --local", "empty SDK server"
PEERS = (
    "awslabs.iam-mcp-server",
    "awslabs.elasticache-mcp-server",
    "awslabs.dynamodb-mcp-server",
    "awslabs.aws-api-mcp-server",
)
_PATIENCE = 60.0
_PEER_SETTINGS = {
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "FASTMCP_LOG_LEVEL": "ERROR",
}
"""awslabs' servers want a region and credentials; nothing is called with them."""


@dataclass(frozen=True)
class Listing:
    """What a started server answered to tools/list: after how many seconds, with how much memory, and what."""

    seconds: float
    memory: int | None
    tools: list[dict[str, Any]]


def program(name: str) -> Program:
    """
    Raises:
        NotInstalled: a peer could not be installed.
    """
    serve = (sys.executable, "-m", "cognito_identity_mcp", "serve")
    own = {
        OURS: serve,
        EMBEDDED: (*serve, "--local", "--data", ":memory:"),
        EMPTY: (sys.executable, "-m", "tests.benchmarks.empty_server", "stdio"),
    }
    return Program(own[name]) if name in own else Program((installed(name).script(name),), _PEER_SETTINGS)


def version(peer: str) -> str:
    return f"{peer} {installed(peer).version(peer)}"


def why_absent(name: str) -> str | None:
    """Why a peer cannot take part; None if it can."""
    try:
        program(name)
    except NotInstalled as error:
        return f"did not install: {error}"
    return None


async def listing(name: str, folder: Path) -> Listing:
    """A cold start to the whole list of tools, with the handshake that every server understands.

    Raises:
        DidNotStart: it ended, or did not answer.
    """
    errors = folder / f"{name}.log"
    try:
        return await _listing(_at_home_in(program(name), folder), errors)
    except (DidNotStart, TimeoutError, WrongAnswer) as error:
        raise DidNotStart(_short(last_words(errors))) from error


def _short(reason: str) -> str:
    """The error and what it says, without what it goes on to quote."""
    return ": ".join(reason.split(": ")[:2])


def _at_home_in(made: Program, folder: Path) -> Program:
    """Some servers write logs into the home folder."""
    return Program(made.command, {**made.environment, "HOME": str(folder)})


async def _listing(made: Program, errors: Path) -> Listing:
    began = perf_counter()
    async with running(made, errors) as process, over_stdio(process, Era.HANDSHAKE) as client:
        tools = await asyncio.wait_for(_tools(client), _PATIENCE)
        return Listing(perf_counter() - began, resident(process), tools)


async def _tools(client: StdioClient) -> list[dict[str, Any]]:
    tools: list[dict[str, Any]] = []
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        page = await client.request("tools/list", cursor)
        tools += page["tools"]
        cursor = {"cursor": page["nextCursor"]} if page.get("nextCursor") else None
    return tools
