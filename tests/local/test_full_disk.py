"""A disk that is really full: a small file system of the service's own, in namespaces that need no privileges."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from .client import opened
from .server_process import Running, ask, check_soundness, listed, served

pytestmark = pytest.mark.local_only

NAMESPACES = ("unshare", "--user", "--map-root-user", "--mount")
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=2m none "$0" && head -c 500000 /dev/zero > "$0/other" && exec "$@"'
"""Runs a command after mounting two MiB, of which a quarter is taken by another file."""

FILE = "local.sqlite3"


@dataclass(frozen=True)
class SmallDisk:
    """A service whose data lie on a disk that only it has. `folder` is that disk, seen from outside."""

    running: Running
    folder: Path

    def make_room(self) -> None:
        (self.folder / "other").unlink()

    def copied(self, to: Path) -> Path:
        """The data as they are on the disk now, as after a kill."""
        to.mkdir()
        for name in (FILE, f"{FILE}-wal"):
            shutil.copy(self.folder / name, to)
        return to / FILE


@contextmanager
def small_disk(folder: Path) -> Generator[SmallDisk]:
    folder.mkdir()
    program = (sys.executable, "-m", "cognito_identity_mcp", "local", "--port", "0", "--data", str(folder / FILE))
    command = (*NAMESPACES, "sh", "-c", ON_A_SMALL_DISK, str(folder), *program)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own
    try:
        assert process.stdout is not None
        running = Running(process, process.stdout.readline().strip())
        yield SmallDisk(running, Path(f"/proc/{process.pid}/root{folder}"))
    finally:
        process.kill()
        process.communicate(timeout=20)


@pytest.fixture
def namespaces(tmp_path: Path) -> None:
    """Skips where the system does not let its users mount anything, not even for themselves."""
    if shutil.which(NAMESPACES[0]) is None:
        pytest.skip("there is no unshare here")
    command = (*NAMESPACES, "sh", "-c", ON_A_SMALL_DISK, str(tmp_path), "true")
    tried = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - our own
    if tried.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {tried.stderr.strip()}")


def get_id(connection: HTTPConnection, pool: str) -> str | None:
    """A new guest; None where the service fails, which it has to do in the one right way."""
    status, answer = ask(connection, "GetId", {"IdentityPoolId": pool})
    if status != 200:
        assert (status, answer["__type"]) == (500, "InternalErrorException")
        return None
    return str(answer["IdentityId"])


def fill(connection: HTTPConnection, pool: str) -> list[str]:
    """Guests until the disk is full."""
    guests: list[str] = []
    while guest := get_id(connection, pool):
        guests.append(guest)
        assert len(guests) < 5000, "the disk does not get full"
    return guests


@pytest.mark.usefixtures("namespaces")
@pytest.mark.holds("service-07", "service-10")
def test_a_full_disk_loses_nothing_and_room_on_it_is_all_that_is_needed(tmp_path: Path) -> None:
    settings = {"IdentityPoolName": "p", "AllowUnauthenticatedIdentities": True}
    with small_disk(tmp_path / "disk") as disk, opened(disk.running.url) as connection:
        pool = ask(connection, "CreateIdentityPool", settings)[1]["IdentityPoolId"]
        acknowledged = fill(connection, pool)
        assert [get_id(connection, pool) for _ in range(3)] == [None] * 3
        assert list(listed(connection, pool)) == acknowledged
        as_killed = disk.copied(tmp_path / "killed")
        disk.make_room()
        later = [guest for guest in (get_id(connection, pool) for _ in range(3)) if guest]
        assert len(later) == 3
        assert list(listed(connection, pool)) == [*acknowledged, *later]
    with served(as_killed) as running, opened(running.url) as connection:
        assert list(listed(connection, pool)) == acknowledged
        running.process.terminate()
        running.process.wait(20)
    check_soundness(as_killed)
