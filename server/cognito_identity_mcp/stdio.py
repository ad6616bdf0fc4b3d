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
from typing import Any

import anyio
import mcp_types as types
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from pydantic import ValidationError
from pydantic_core import from_json

Streams = tuple[MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]]

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
async def _pipe_streams() -> AsyncGenerator[Streams]:
    incoming, read_stream = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    write_stream, outgoing = anyio.create_memory_object_stream[SessionMessage](0)
    reader, writer = await _reader(), await _writer()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_receive, reader, incoming, write_stream.clone())
        tasks.start_soon(_send, outgoing, writer)
        yield read_stream, write_stream
        tasks.cancel_scope.cancel()
    writer.close()


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


async def _receive(
    reader: asyncio.StreamReader,
    incoming: MemoryObjectSendStream[SessionMessage | Exception],
    replies: MemoryObjectSendStream[SessionMessage],
) -> None:
    """Until the client closes its end. A line that is no message is answered here: the SDK would drop it in silence."""
    async with incoming, replies:
        while (line := await _line(reader)) != b"":
            if line is None:
                await replies.send(_error(types.INVALID_REQUEST, f"A message has at most {LONGEST_MESSAGE} bytes"))
            elif line.strip():
                message = _message(line)
                await (replies.send(_refusal(line)) if message is None else incoming.send(message))


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


async def _send(outgoing: MemoryObjectReceiveStream[SessionMessage], writer: asyncio.StreamWriter) -> None:
    async with outgoing:
        async for item in outgoing:
            text = item.message.model_dump_json(by_alias=True, exclude_unset=True)
            writer.write(text.encode() + b"\n")
            await writer.drain()
