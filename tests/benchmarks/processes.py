"""Programs as processes of their own: started in a session of their own, stopped at the end of the block, always."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_LONGEST_LINE = 16 * 1024 * 1024
_PATIENCE = 60.0
"""Seconds that a program gets to say that it is ready."""

Process = asyncio.subprocess.Process


class DidNotStart(Exception):
    """A program ended, or said nothing, instead of serving."""


@dataclass(frozen=True)
class Program:
    """How to start something, on top of an environment without AWS configuration."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


@asynccontextmanager
async def running(program: Program, errors: Path) -> AsyncGenerator[Process]:
    """The program with pipes for stdin and stdout; what it writes to stderr goes to the file."""
    with errors.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            env=_environment() | dict(program.environment),
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await _stop(process)


async def _stop(process: Process) -> None:
    """Kills the program and what it has started: the session is its own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


async def line(process: Process, errors: Path) -> str:
    """The next line of stdout.

    Raises:
        DidNotStart: there is none.
    """
    assert process.stdout is not None
    try:
        read = await asyncio.wait_for(process.stdout.readline(), _PATIENCE)
    except TimeoutError:
        read = b""
    if not read:
        raise DidNotStart(last_words(errors))
    return read.decode().strip()


async def answering(process: Process, port: int, errors: Path) -> None:
    """Waits until the port accepts connections.

    Raises:
        DidNotStart: the program ended, or never listened.
    """
    for _ in range(int(_PATIENCE / 0.002)):
        if process.returncode is not None:
            break
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.002)
        else:
            writer.close()
            return
    raise DidNotStart(last_words(errors))


def last_words(errors: Path) -> str:
    said = errors.read_text(errors="replace").strip().splitlines()
    return said[-1] if said else "it said nothing"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def resident(process: Process) -> int | None:
    """Bytes of resident memory; None where the system has no /proc."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return None
    found = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(found.split()[1]) * 1024


def _environment() -> dict[str, str]:
    """This process's, without what configures AWS's client or the programs, or keeps byte code from the disk."""
    foreign = ("AWS_", "COGNITO_", "PYTHONDONTWRITEBYTECODE")
    mine = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return mine | {"AWS_EC2_METADATA_DISABLED": "true"}
