"""The server dies between the record of the intent and that of the outcome: found, and told, at the next start."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from mcp import Client

from tests.interaction.clients import agreeing
from tests.interaction.endpoints import Endpoint, Request, Response, endpoint
from tests.interaction.examples import POOL_ID, as_aws
from tests.processes import Process, mcp_url, pipe, run, started


class Slow:
    """Answers as AWS does, but never to a deletion; `has_it` is set when that has arrived."""

    def __init__(self) -> None:
        self.has_it = anyio.Event()

    async def answer(self, request: Request) -> Response:
        if request.operation == "DeleteIdentityPool":
            self.has_it.set()
            await anyio.sleep_forever()
        return await as_aws(request)


@contextmanager
def serving(aws: Endpoint, state: Path) -> Generator[tuple[Process, str]]:
    words = ("--endpoint-url", aws.url, "--state", str(state))
    with started("serve", "--transport", "http", "--port", "0", *words) as process:
        yield process, mcp_url(process)


@asynccontextmanager
async def deleting(state: Path) -> AsyncGenerator[Process]:
    """A server with a deletion under way, to which no answer comes."""
    slow = Slow()
    async with endpoint(slow.answer) as aws:
        with serving(aws, state) as (process, url):

            async def delete() -> None:
                async with Client(url, elicitation_callback=agreeing()) as client:
                    await client.call_tool("delete_identity_pool", {"identity_pool_id": POOL_ID})

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(delete)
                with anyio.fail_after(30):
                    await slow.has_it.wait()
                yield process
                tasks.cancel_scope.cancel()


async def told_at_the_next_start(state: Path) -> dict[str, Any]:
    """What the log of a server that starts on the folder says of a call without an outcome."""
    async with endpoint(as_aws) as aws:
        with serving(aws, state) as (process, _):
            return await logged_with("how_to_find_out", process)


async def logged_with(fact: str, process: Process) -> dict[str, Any]:
    """The next line of the server's log that has this fact."""
    with anyio.fail_after(30):
        while True:
            line = await anyio.to_thread.run_sync(pipe(process.stderr).readline, abandon_on_cancel=True)
            entry: dict[str, Any] = json.loads(line)
            if fact in entry:
                return entry


def listed(state: Path, *options: str) -> list[tuple[str, str, bool]]:
    """Id, outcome, and whether it is said how to find out."""
    rows = json.loads(run("changes", "list", *options, "--state", str(state)).stdout)
    return [(row["id"], row["outcome"], "how_to_find_out" in row) for row in rows]


def facts_of(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("event", "level", "tool", "pool")}


DELETION = {"tool": "delete_identity_pool", "pool": POOL_ID}


async def test_a_call_that_a_killed_server_left_is_unknown_at_once_and_told_at_the_next_start(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with deleting(state) as process:
        process.kill()
        assert process.wait() == -9
    (found,) = listed(state)
    assert found[1:] == ("unknown", True)
    for _ in range(2):
        entry = await told_at_the_next_start(state)
        assert facts_of(entry) == DELETION | {"event": "outcome_unknown", "level": "warning"}
        assert entry["change"] == found[0]
        assert "look for DeleteIdentityPool between" in entry["how_to_find_out"]
    assert listed(state, "--unknown") == [found]
    assert run("changes", "verify", "--state", str(state)).returncode == 0


async def test_a_call_of_a_server_that_runs_is_under_way_to_others_until_that_is_killed(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with deleting(state) as process:
        entry = await told_at_the_next_start(state)
        assert facts_of(entry) == DELETION | {"event": "call_under_way", "level": "info"}
        assert listed(state) == [(entry["change"], "under way", False)]
        process.kill()
        process.wait()
    assert listed(state) == [(entry["change"], "unknown", True)]


async def test_a_record_that_was_damaged_is_told_at_the_next_start_and_does_not_end_it(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with deleting(state) as process:
        process.kill()
        process.wait()
    with closing(sqlite3.connect(state / "state.sqlite3", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER records_never_change")
        connection.execute("""UPDATE records SET body = '{"attempt": null}'""")
    async with endpoint(as_aws) as aws:
        with serving(aws, state) as (process, url):
            entry = await logged_with("reason", process)
            assert (entry["event"], entry["level"]) == ("journal_unreadable", "warning")
            assert "cannot be read: it was changed" in entry["reason"]
            async with Client(url) as client:
                described = await client.call_tool("describe_identity_pool", {"identity_pool_id": POOL_ID})
                assert not described.is_error
