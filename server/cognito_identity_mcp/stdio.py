"""The stdio transport: newline-delimited JSON-RPC on the process's pipes, read and written by the event loop itself.

The SDK's own transport crosses a worker thread for every read and write, which costs two thirds of a call, and its
reader cannot be interrupted, so that a signal would not end the process. It still serves where stdin or stdout is a
file. File descriptor 1 points to stderr meanwhile, so that no stray print can break the protocol.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Self

import anyio
import mcp_types as types
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from pydantic import ValidationError
from pydantic_core import from_json

LONGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes of one message."""


def stdio_streams() -> AbstractAsyncContextManager[Any]:
    """The streams for `Server.run`: what the client sends, and what goes to it."""
    return _pipe_streams() if _can_wait(0) and _can_wait(1) else stdio_server()


def _can_wait(descriptor: int) -> bool:
    """Whether the event loop can wait for the descriptor."""
    mode = os.fstat(descriptor).st_mode
    return sys.platform != "win32" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor))


@asynccontextmanager
async def _pipe_streams() -> AsyncGenerator[tuple[_Incoming, _Outgoing]]:
    reader, writer = await _reader(), await _writer()
    outgoing = _Outgoing(writer)
    try:
        yield _Incoming(reader, outgoing), outgoing
    finally:
        writer.close()


class _Stream:
    """A stream as the SDK wants it: a context that closes it."""

    async def aclose(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class _Outgoing(_Stream):
    """Messages to the client, written by whoever sends them."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._closed = False

    async def aclose(self) -> None:
        self._closed = True

    async def send(self, item: SessionMessage) -> None:
        """
        Raises:
            anyio.ClosedResourceError, anyio.BrokenResourceError: nobody will read it.
        """
        if self._closed:
            raise anyio.ClosedResourceError
        text = item.message.model_dump_json(by_alias=True, exclude_unset=True)
        self._writer.write(text.encode() + b"\n")
        try:
            await self._writer.drain()
        except OSError as error:
            raise anyio.BrokenResourceError from error


class _Incoming(_Stream):
    """Messages of the client. A line that is no message is answered here: the SDK would drop it in silence."""

    def __init__(self, reader: asyncio.StreamReader, replies: _Outgoing) -> None:
        self._reader = reader
        self._replies = replies

    async def receive(self) -> SessionMessage:
        """
        Raises:
            anyio.EndOfStream: the client closed its end.
        """
        while (line := await _line(self._reader)) != b"":
            if line is None:
                await self._replies.send(_TOO_LONG)
            elif line.strip():
                message = _message(line)
                if message is not None:
                    return message
                await self._replies.send(_refusal(line))
        raise anyio.EndOfStream

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None


async def _reader() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), _take(0, "rb"))
    return reader


async def _writer() -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, _take(1, "wb"))
    return asyncio.StreamWriter(transport, protocol, None, loop)


def _take(descriptor: int, mode: str) -> Any:
    """A private copy of a standard descriptor; the standard one is pointed away from the wire."""
    # A terminal is opened anew: the mode that the loop sets must not reach the shell and stderr, which share it.
    flags = os.O_RDONLY if descriptor == 0 else os.O_WRONLY
    private = os.open(os.ttyname(descriptor), flags) if os.isatty(descriptor) else os.dup(descriptor)
    away = os.open(os.devnull, os.O_RDONLY) if descriptor == 0 else os.dup(2)
    os.dup2(away, descriptor)
    os.close(away)
    return os.fdopen(private, mode, buffering=0)


async def _line(reader: asyncio.StreamReader) -> bytes | None:
    """The next line, empty at the end; None for one that was skipped because it is too long."""
    try:
        return await reader.readuntil()
    except asyncio.IncompleteReadError as end:
        return end.partial
    except asyncio.LimitOverrunError as overlong:
        await _skip_line(reader, overlong.consumed)
        return None


async def _skip_line(reader: asyncio.StreamReader, waiting: int) -> None:
    """Discards what is waiting and the rest of its line."""
    while waiting:
        await reader.readexactly(waiting)
        try:
            await reader.readuntil()
        except asyncio.LimitOverrunError as still:
            waiting = still.consumed
        except asyncio.IncompleteReadError:
            return
        else:
            return


def _message(line: bytes) -> SessionMessage | None:
    try:
        return SessionMessage(types.jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValidationError:
        return None


def _refusal(line: bytes) -> SessionMessage:
    """What JSON-RPC 2.0 (§5.1) wants as the answer to a line that is no message."""
    try:
        from_json(line)
    except ValueError:
        return _error(types.PARSE_ERROR, "The line is not JSON")
    return _error(types.INVALID_REQUEST, "The line is not a JSON-RPC 2.0 message of MCP")


def _error(code: int, message: str) -> SessionMessage:
    return SessionMessage(types.JSONRPCError(jsonrpc="2.0", id=None, error=types.ErrorData(code=code, message=message)))


_TOO_LONG = _error(types.INVALID_REQUEST, f"A message has at most {LONGEST_MESSAGE} bytes")
