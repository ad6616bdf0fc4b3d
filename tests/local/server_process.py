"""The service as its users run it: a process of its own on a data file, which a test may limit, stop and kill."""

from __future__ import annotations

import http.client
import json
import sqlite3
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .client import ACCOUNT, REGION, authorization

LIMITED = """
import ctypes, os, resource, sys
longest_file, command = int(sys.argv[1]), sys.argv[2:]
ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)
if longest_file:
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest_file, longest_file))
os.execv(command[0], command)
"""
"""Runs a command without CAP_DAC_OVERRIDE, so that permissions bind root too, and with files up to a length."""

Process = subprocess.Popen[str]


@dataclass(frozen=True)
class Running:
    process: Process
    url: str

    def kill(self) -> None:
        self.process.kill()

    @property
    def resident(self) -> int:
        """Bytes of memory that the process holds now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def _start(file: Path, longest_file: int | None) -> Process:
    program = (sys.executable, "-m", "cognito_identity_mcp", "local", "--port", "0", "--data", str(file))
    limited = () if longest_file is None else (sys.executable, "-c", LIMITED, str(longest_file))
    command = (*limited, *program)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own


@contextmanager
def served(file: Path, *, longest_file: int | None = None) -> Generator[Running]:
    """Killed at the end of the block, if it still runs."""
    process = _start(file, longest_file)
    try:
        assert process.stdout is not None
        yield Running(process, process.stdout.readline().strip())
    finally:
        process.kill()
        process.communicate(timeout=20)


def refused(file: Path, *, longest_file: int = 0) -> tuple[int, str]:
    """Status and words of a service that cannot start."""
    process = _start(file, longest_file)
    try:
        output, words = process.communicate(timeout=20)
    finally:
        process.kill()
    assert output == ""
    return process.returncode, words


def ask(connection: http.client.HTTPConnection, operation: str, body: Mapping[str, object]) -> tuple[int, Any]:
    """One signed call on an open connection: the status and the answer."""
    headers = {"X-Amz-Target": f"AWSCognitoIdentityService.{operation}", **authorization()}
    connection.request("POST", "/", json.dumps(body), headers)
    answer = connection.getresponse()
    content = answer.read()
    return answer.status, json.loads(content) if content else None


def listed(connection: http.client.HTTPConnection, pool: str) -> Iterator[str]:
    """The ids of all identities of a pool, page by page."""
    body: dict[str, object] = {"IdentityPoolId": pool, "MaxResults": 60}
    while True:
        status, page = ask(connection, "ListIdentities", body)
        assert status == 200, page
        yield from (row["IdentityId"] for row in page["Identities"])
        if "NextToken" not in page:
            return
        body["NextToken"] = page["NextToken"]


def arn(pool: str) -> str:
    return f"arn:aws:cognito-identity:{REGION}:{ACCOUNT}:identitypool/{pool}"


def check_soundness(file: Path) -> None:
    """SQLite's own checks, which recover what a kill has left: where the service is to recover it, check a copy."""
    with closing(sqlite3.connect(file)) as data:
        assert data.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert data.execute("PRAGMA foreign_key_check").fetchall() == []
