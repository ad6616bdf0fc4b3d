"""The server dies between the record of the intent and that of the outcome: found, and told, at the next start."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from mcp import Client

from cognito_identity_mcp.journal.changes import Filters
from cognito_identity_mcp.journal.journal import LONGEST_CALL, Journal
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
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


async def killed_while_it_deletes(state: Path) -> None:
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
                process.kill()
                process.wait()
                tasks.cancel_scope.cancel()


async def told_at_the_next_start(state: Path) -> dict[str, Any]:
    """The first warning in the log of a server that starts on the folder."""
    async with endpoint(as_aws) as aws:
        with serving(aws, state) as (process, _), anyio.fail_after(30):
            while True:
                line = await anyio.to_thread.run_sync(pipe(process.stderr).readline, abandon_on_cancel=True)
                entry: dict[str, Any] = json.loads(line)
                if entry["level"] == "warning":
                    return entry


async def test_a_call_that_a_killed_server_left_is_found_at_the_next_start_with_how_to_find_out(tmp_path: Path) -> None:
    state = tmp_path / "state"
    await killed_while_it_deletes(state)
    entry = await told_at_the_next_start(state)
    told = {name: entry[name] for name in ("event", "tool", "pool", "state")}
    assert told == {
        "event": "change_without_outcome",
        "tool": "delete_identity_pool",
        "pool": POOL_ID,
        "state": "under way",
    }
    assert "look for DeleteIdentityPool between" in entry["how_to_find_out"]
    listed = json.loads(run("changes", "list", "--state", str(state)).stdout)
    assert [(each["id"], each["outcome"]) for each in listed] == [(entry["change"], "under way")]
    database = Database(StateFolder.at(state))
    later = Journal(database, lambda: time.time() + 10 * LONGEST_CALL)
    (unknown,) = await later.changes(10, filters=Filters(state="unknown"))
    assert (await later.verify()).holds
    await database.aclose()
    assert (unknown.id, unknown.how_to_find_out) == (entry["change"], entry["how_to_find_out"])
