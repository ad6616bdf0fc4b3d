"""Two assistants on one desk: every `serve --local` on the same data works with one service, whoever runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from tests.processes import Process, over_stdio, pipe, run, started

from .clients import fail, succeed

OPENING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}

POOL = {"identity_pool_name": "a pool", "allow_unauthenticated_identities": False}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "private" / "data.sqlite3"


def _serving(process: Process) -> None:
    """Waits for the answer to the first message: from then on the process holds the data."""
    pipe(process.stdin).write(json.dumps(OPENING).encode() + b"\n")
    pipe(process.stdin).flush()
    assert json.loads(pipe(process.stdout).readline())["id"] == 1


def _holder(file: Path) -> dict[str, Any]:
    holder: dict[str, Any] = json.loads(file.with_name(f"{file.name}.holder").read_text())
    return holder


def _damage(file: Path) -> None:
    file.write_bytes(b"no database any more")
    file.with_name(f"{file.name}-wal").unlink()


async def _names(client: Client) -> list[str]:
    found = await succeed(client, "list_identity_pools")
    return [pool["identity_pool_name"] for pool in found["identity_pools"]]


async def _create(client: Client, name: str) -> None:
    await succeed(client, "create_identity_pool", POOL | {"identity_pool_name": name})


async def test_a_second_server_uses_the_service_that_runs_and_takes_over_when_it_ends(file: Path) -> None:
    local = ("--local", "--data", str(file))
    with started("serve", *local) as first:
        _serving(first)
        assert _holder(file)["pid"] == first.pid
        async with Client(over_stdio(*local)) as second:
            await _create(second, "made in the first")
            assert _holder(file)["pid"] == first.pid
            pipe(first.stdin).close()
            assert first.wait(timeout=10) == 0
            assert await _names(second) == ["made in the first"]
            assert _holder(file)["pid"] != first.pid
            await _create(second, "made in the second")
            shell = run("call", "list_identity_pools", *local)
            assert [pool["identity_pool_name"] for pool in json.loads(shell.stdout)["identity_pools"]] == [
                "made in the first",
                "made in the second",
            ]
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name]


async def test_a_killed_server_leaves_its_data_to_the_other(file: Path) -> None:
    local = ("--local", "--data", str(file))
    with started("serve", *local) as first:
        _serving(first)
        async with Client(over_stdio(*local)) as second:
            await _create(second, "kept")
            first.kill()
            first.wait()
            assert await _names(second) == ["kept"]


async def test_data_that_nobody_can_serve_any_more_are_told(file: Path) -> None:
    local = ("--local", "--data", str(file))
    with started("serve", *local) as first:
        _serving(first)
        async with Client(over_stdio(*local)) as second:
            await _create(second, "lost")
            first.kill()
            first.wait()
            _damage(file)
            assert await fail(second, "create_identity_pool", POOL) == {
                "kind": "request",
                "code": "Unreachable",
                "message": (
                    f"The local service has ended, and cannot be started again: {file} is not a database. "
                    "Restore it from a copy, or move it away to start empty."
                ),
                "next_step": "Tell the user what is wrong with the local service's data; then call again.",
                "retryable": True,
            }
            newest, _ = (await succeed(second, "list_changes"))["changes"]
            assert newest["outcome"] == "failed: Unreachable"


def test_local_says_who_holds_the_data_and_where_it_answers(file: Path) -> None:
    with started("serve", "--local", "--data", str(file)) as first:
        _serving(first)
        refused = run("local", "--port", "0", "--data", str(file))
        assert refused.returncode == 2
        assert refused.stdout == ""
        assert refused.stderr == (
            f"cognito-identity-mcp: {file} is in use by process {first.pid}, "
            f"which serves it at {_holder(file)['url']}. Use that service, stop it, or choose another data file.\n"
        )


def test_a_note_of_a_process_that_is_gone_means_nothing(file: Path) -> None:
    file.parent.mkdir()
    file.with_name(f"{file.name}.holder").write_text('{"pid": 1, "url": "http://127.0.0.1:1"}')
    assert run("call", "list_identity_pools", "--local", "--data", str(file)).returncode == 0
