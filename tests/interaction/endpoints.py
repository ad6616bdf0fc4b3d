"""A stand-in for AWS: records what arrives, and answers as it is told, or never."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio

REQUEST_ID = "8f6a5d1e-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class Request:
    """`operation` is AWS's name for it; header names are in lower case."""

    operation: str
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Response:
    data: Any
    status: int = 200

    def as_bytes(self) -> bytes:
        body = json.dumps(self.data).encode()
        head = (
            f"HTTP/1.1 {self.status} x\r\nContent-Type: application/x-amz-json-1.1\r\n"
            f"x-amzn-RequestId: {REQUEST_ID}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body


def aws_error(code: str, message: str, status: int = 400) -> Response:
    return Response({"__type": code, "message": message}, status)


Answering = Callable[[Request], Awaitable[Response | None]]
"""None: the connection is reset without an answer."""


@dataclass
class Endpoint:
    """`left` is set when a client closed its connection without an answer."""

    answering: Answering
    url: str = ""
    requests: list[Request] = field(default_factory=list[Request])
    asked: anyio.Event = field(default_factory=anyio.Event)
    left: anyio.Event = field(default_factory=anyio.Event)

    @property
    def operations(self) -> list[str]:
        return [request.operation for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read(reader)
        self.requests.append(request)
        self.asked.set()
        answer = asyncio.ensure_future(self.answering(request))
        gone = asyncio.ensure_future(reader.read())
        await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            _answer(writer, answer.result())
        else:
            self.left.set()
        answer.cancel()
        gone.cancel()
        writer.close()


def _answer(writer: asyncio.StreamWriter, response: Response | None) -> None:
    if response is not None:
        writer.write(response.as_bytes())
        return
    # Nothing waits to be sent, so that closing sends a reset at once.
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Request:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[1:-1]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = (await reader.readexactly(int(headers["content-length"]))).decode()
    return Request(headers["x-amz-target"].rpartition(".")[2], headers, body)


@asynccontextmanager
async def endpoint(answering: Answering) -> AsyncGenerator[Endpoint]:
    fake = Endpoint(answering)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    async with server:
        fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield fake


def always(response: Response | None) -> Answering:
    async def answer(_: Request) -> Response | None:
        return response

    return answer


async def never(_: Request) -> Response | None:
    await asyncio.Event().wait()
    raise AssertionError
