"""A raw MCP client in both protocol eras: JSON-RPC over the pipes of a process, or over HTTP. No SDK on this side."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, cast

from mcp_types import CLIENT_CAPABILITIES_META_KEY, CLIENT_INFO_META_KEY, PROTOCOL_VERSION_META_KEY
from pydantic_core import from_json

from .http_client import Address, HttpClient, Reply, post
from .load import Call, WrongAnswer
from .processes import DidNotStart, Process

_CLIENT = {"name": "benchmark", "version": "1"}
_PATIENCE = 60.0

Members = Mapping[str, Any]


class Era(StrEnum):
    """How a client says which protocol it speaks: in every request, or once in a handshake."""

    ENVELOPE = "2026-07-28"
    HANDSHAKE = "2025-11-25"


class StdioClient:
    """Calls by id, any number at once."""

    def __init__(self, process: Process, era: Era) -> None:
        self._process = process
        self._era = era
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[tuple[bytes, Any]]] = {}

    async def open(self) -> None:
        if self._era is Era.HANDSHAKE:
            await self.request("initialize", _hello())
            self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def request(self, method: str, params: Members) -> dict[str, Any]:
        """The result.

        Raises:
            WrongAnswer: the answer is an error.
        """
        line, message = await self._exchange(method, params)
        if "result" not in message:
            raise WrongAnswer(f"{method} was answered with {line[:300].decode()}")
        return cast("dict[str, Any]", message["result"])

    def tool_call(self, tool: str, arguments: Members, expected: str) -> Call:
        params, wanted = {"name": tool, "arguments": arguments}, expected.encode()

        async def call() -> None:
            line, _ = await self._exchange("tools/call", params)
            _check(line, wanted)

        return call

    async def read(self) -> None:
        """Hands out the answers until the server ends; runs beside the calls."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            message: Any = from_json(line)
            waiting = self._waiting.pop(message.get("id"), None)
            if waiting is not None:
                waiting.set_result((line, message))
        for each in self._waiting.values():
            each.set_exception(DidNotStart("the server ended"))

    async def _exchange(self, method: str, params: Members) -> tuple[bytes, Any]:
        number = next(self._ids)
        answer: asyncio.Future[tuple[bytes, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._send(_request(self._era, number, method, params))
        return await answer

    def _send(self, message: Members) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(_encode(message) + b"\n")


@asynccontextmanager
async def over_stdio(process: Process, era: Era) -> AsyncGenerator[StdioClient]:
    """A client that has introduced itself.

    Raises:
        DidNotStart: the server did not answer in time.
    """
    client = StdioClient(process, era)
    reading = asyncio.create_task(client.read())
    try:
        await asyncio.wait_for(client.open(), _PATIENCE)
        yield client
    except TimeoutError:
        raise DidNotStart("it did not answer") from None
    finally:
        reading.cancel()


class HttpSession:
    """One client of a streamable HTTP server; its callers have a connection each."""

    def __init__(self, address: Address, era: Era) -> None:
        self._address = address
        self._era = era
        self._session: dict[str, str] = {}
        self._ids = itertools.count(1)

    async def open(self) -> None:
        if self._era is Era.ENVELOPE:
            return
        client = HttpClient(self._address)
        reply = await client.send(self._post("initialize", _hello()))
        session = reply.header("mcp-session-id")
        if reply.status != 200 or session is None:
            raise WrongAnswer(f"initialize was answered with {reply.status}: {reply.body[:300].decode()}")
        self._session = {"Mcp-Session-Id": session}
        await client.send(self._raw({}, {"jsonrpc": "2.0", "method": "notifications/initialized"}))
        client.close()

    def tool_call(self, client: HttpClient, tool: str, arguments: Members, expected: str) -> Call:
        params, wanted = {"name": tool, "arguments": arguments}, expected.encode()

        async def call() -> None:
            reply: Reply = await client.send(self._post("tools/call", params))
            _check(reply.body, wanted)

        return call

    def _post(self, method: str, params: Members) -> bytes:
        named = {"Mcp-Method": method} | ({"Mcp-Name": params["name"]} if "name" in params else {})
        message = _request(self._era, next(self._ids), method, params)
        return self._raw(named if self._era is Era.ENVELOPE else {}, message)

    def _raw(self, headers: Mapping[str, str], message: Members) -> bytes:
        own = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": self._era.value,
        }
        return post(self._address, own | self._session | dict(headers), message)


def _hello() -> Members:
    return {"protocolVersion": Era.HANDSHAKE.value, "capabilities": {}, "clientInfo": _CLIENT}


def _request(era: Era, number: int, method: str, params: Members) -> Members:
    envelope = {"_meta": _ENVELOPE} if era is Era.ENVELOPE else {}
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": {**params, **envelope}}


_ENVELOPE = {
    PROTOCOL_VERSION_META_KEY: Era.ENVELOPE.value,
    CLIENT_INFO_META_KEY: _CLIENT,
    CLIENT_CAPABILITIES_META_KEY: {},
}


def _encode(message: Members) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()


def _check(answer: bytes, expected: bytes) -> None:
    if expected not in answer or b'"isError":true' in answer:
        raise WrongAnswer(f"expected {expected.decode()}, got {answer[:300].decode()}")
