"""A call that is cancelled after its change was made: the record says that it was made."""

from __future__ import annotations

from dataclasses import dataclass, field

import anyio
from mcp import Client

from cognito_identity_mcp.app import mcp_server
from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.service import Answer
from cognito_identity_tools.shapes import Shape
from tests.consent.fake import POOL, FakeServices
from tests.interaction.clients import agreeing


@dataclass
class SilentAfterwards(FakeServices):
    """Answers no read once a change was made."""

    is_asked: anyio.Event = field(default_factory=anyio.Event)

    def in_region(self, region: str) -> SilentAfterwards:  # noqa: ARG002 - the same everywhere
        return self

    async def call(self, operation: Operation, request: Shape) -> Answer:
        if self.sent and operation.effect is Effect.READ:
            self.is_asked.set()
            await anyio.sleep_forever()
        return await super().call(operation, request)


async def test_what_was_made_is_on_record_as_made_though_nobody_waits_for_the_look_at_it(folder: StateFolder) -> None:
    where = SilentAfterwards()
    async with (
        mcp_server(Settings(state=folder.path), where) as server,
        Client(server, elicitation_callback=agreeing()) as client,
        anyio.create_task_group() as tasks,
    ):
        update = {"identity_pool_id": POOL, "identity_pool_name": "new", "allow_unauthenticated_identities": False}
        tasks.start_soon(client.call_tool, "update_identity_pool", update)
        await where.is_asked.wait()
        tasks.cancel_scope.cancel()
    database = Database(folder)
    (change,) = await Journal(database).changes(10)
    await database.aclose()
    assert (change.state, change.outcome and change.outcome.after, len(where.sent)) == ("done", (), 1)
