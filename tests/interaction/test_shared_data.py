"""Two assistants on one desk: every `serve --local` on the same data works with one service, whoever runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from tests.processes import Process, over_stdio, pipe, run, started

OPENING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


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


async def _names(client: Client) -> list[str]:
    result = await client.call_tool("list_identity_pools", {})
    return [pool["identity_pool_name"] for pool in result.structured_content["identity_pools"]]


async def _create(client: Client, name: str) -> None:
    arguments = {"identity_pool_name": name, "allow_unauthenticated_identities": False}
    assert not (await client.call_tool("create_identity_pool", arguments)).is_error


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
