"""Reading a secret from where the operator keeps it: never on the event loop, bounded in size and time."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.to_thread
from anyio.abc import ByteReceiveStream, Process

from cognito_identity_mcp.secrets.sources import SecretSource

LONGEST = 50_000
"""Bytes of a value: the longest token that AWS takes."""

PATIENCE = 10.0
"""Seconds for a file or a command."""


class Unreadable(Exception):
    """A secret could not be read. The words hold nothing of the value, and nothing that a command printed."""


async def read(source: SecretSource) -> str:
    """The value, without the line ends after it.

    Raises:
        Unreadable: there is none, it is empty, no UTF-8, too long, or did not come in time.
    """
    try:
        with anyio.fail_after(PATIENCE):
            raw = await _raw(source)
    except TimeoutError:
        raise Unreadable(f"it did not come within {PATIENCE:g} seconds") from None
    return _text(raw)


async def _raw(source: SecretSource) -> bytes:
    if source.env is not None:
        return _from_environment(source.env)
    if source.file is not None:
        return await anyio.to_thread.run_sync(_from_file, source.file, abandon_on_cancel=True)
    return await _from_command(source.command or ())


def _text(raw: bytes) -> str:
    if len(raw) > LONGEST:
        raise Unreadable(f"it has more than {LONGEST} bytes")
    try:
        text = raw.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise Unreadable("it is no UTF-8 text") from None
    if not text:
        raise Unreadable("it is empty")
    return text


def _from_environment(name: str) -> bytes:
    value = os.environ.get(name)
    if value is None:
        raise Unreadable(f"the environment variable {name} is not set")
    return os.fsencode(value)


def _from_file(path: Path) -> bytes:
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreadable(f"{path} is no regular file")
            return file.read(LONGEST + 1)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from None


def _without_waiting(path: str, flags: int) -> int:
    """A named pipe would keep the thread until somebody writes to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


async def _from_command(command: tuple[str, ...]) -> bytes:
    """What a command prints. What it says on stderr is thrown away: a secret may be in it."""
    try:
        process = await anyio.open_process(
            command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        raise Unreadable(f"its command {command[0]} cannot be started: {error.strerror}") from None
    async with process:
        try:
            return await _output(process, command[0])
        finally:
            if process.returncode is None:
                _kill(process)


async def _output(process: Process, program: str) -> bytes:
    printed = await _bounded(process.stdout)
    if len(printed) > LONGEST:
        return printed
    status = await process.wait()
    if status != 0:
        raise Unreadable(f"its command {program} ended with status {status}; run it by hand to see why")
    return printed


async def _bounded(stream: ByteReceiveStream | None) -> bytes:
    """All of a stream, or the beginning of one that is too long."""
    received = b""
    if stream is not None:
        async for chunk in stream:
            received += chunk
            if len(received) > LONGEST:
                break
    return received


def _kill(process: Process) -> None:
    """The command with whatever it started; it may have ended, and the loop not know it yet."""
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
