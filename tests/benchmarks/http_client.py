"""A small HTTP/1.1 client that costs so little that the servers are what is measured.

Requests are bytes made beforehand. Connections are kept; a server that closes them is connected to again, and pays.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, cast
from urllib.parse import urlsplit

from .load import WrongAnswer

_HEAD_END = b"\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Reply:
    """`head` in lower case."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        return _header(self.head, name.encode())


@dataclass(frozen=True)
class Address:
    host: str
    port: int
    path: str = "/"

    @classmethod
    def of(cls, url: str) -> Self:
        parts = urlsplit(url)
        return cls(parts.hostname or "127.0.0.1", parts.port or 80, parts.path or "/")


class HttpClient:
    """One connection to a server, opened at need."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connection: _Connection | None = None

    async def open(self) -> _Connection:
        """Connects, unless it is connected: a server may have closed an idle connection meanwhile."""
        if self._connection is None or self._connection.is_lost:
            loop = asyncio.get_running_loop()
            _, self._connection = await loop.create_connection(_Connection, self._address.host, self._address.port)
        return self._connection

    async def send(self, request: bytes) -> Reply:
        connection = await self.open()
        reply = await connection.send(request)
        if b"connection: close" in reply.head:
            self.close()
        return reply

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def post(address: Address, headers: Mapping[str, str], body: object) -> bytes:
    """A request with a JSON body."""
    content = json.dumps(body, separators=(",", ":")).encode()
    own = {"Host": f"{address.host}:{address.port}", "Content-Length": str(len(content))}
    lines = [f"POST {address.path} HTTP/1.1", *(f"{name}: {value}" for name, value in (own | dict(headers)).items())]
    return "\r\n".join(lines).encode() + _HEAD_END + content


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._waiting: asyncio.Future[Reply] | None = None
        self.is_lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        reply = _whole(self._received)
        if reply is not None and self._waiting is not None:
            self._received.clear()
            self._waiting.set_result(reply)
            self._waiting = None

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or WrongAnswer("the server closed the connection instead of answering"))

    async def send(self, request: bytes) -> Reply:
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


def _whole(received: bytearray) -> Reply | None:
    """The reply, once all of it is there."""
    end = received.find(_HEAD_END)
    if end < 0:
        return None
    head, start = bytes(received[:end]).lower(), end + len(_HEAD_END)
    length = _header(head, b"content-length")
    if length is None and not received.endswith(_LAST_CHUNK):
        return None
    if length is not None and len(received) - start < int(length):
        return None
    return Reply(int(head[9:12]), head, bytes(received[start:]))


def _header(head: bytes, name: bytes) -> str | None:
    _, found, rest = head.partition(b"\r\n" + name + b":")
    return rest.partition(b"\r\n")[0].strip().decode() if found else None
