"""Running the program as its users do: as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mcp import StdioServerParameters

PROGRAM = (sys.executable, "-m", "cognito_identity_mcp")
LOCAL = ("--local", "--data", ":memory:")

Process = subprocess.Popen[bytes]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without anything that configures the program or AWS's client."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COGNITO_"))}
    return mine | {"AWS_EC2_METADATA_DISABLED": "true"} | more


def run(
    *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The program, run to its end."""
    return _ended((*PROGRAM, *arguments), stdin, env, folder)


def pasted(
    command: str, *, env: Mapping[str, str] | None = None, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """A command line that somebody was told to type, run by a shell to its end."""
    return _ended(("/bin/sh", "-c", command), "", env, folder)


def _ended(
    command: Sequence[str], stdin: str, env: Mapping[str, str] | None, folder: Path | None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        command,
        input=stdin,
        env=environment() if env is None else env,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@contextmanager
def started(
    *arguments: str, env: Mapping[str, str] | None = None, program: Sequence[str] = PROGRAM
) -> Generator[Process]:
    """The program, running until the block ends."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        (*program, *arguments),
        env=environment() if env is None else env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def local_url(process: Process) -> str:
    """The address that `local` prints."""
    return pipe(process.stdout).readline().decode().strip()


def mcp_url(process: Process) -> str:
    """The address that `serve --transport http` logs."""
    return str(json.loads(pipe(process.stderr).readline())["url"])


def over_stdio(*arguments: str, env: Mapping[str, str] | None = None) -> StdioServerParameters:
    """How an MCP client starts `serve`."""
    command: Sequence[str] = (*PROGRAM[1:], "serve", *arguments)
    return StdioServerParameters(
        command=PROGRAM[0], args=list(command), env=dict(environment() if env is None else env)
    )
