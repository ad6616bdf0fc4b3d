"""Where an outcome is played: a server on one transport, a client of one era, and a pool that another hand made."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from mcp import Client
from mcp_types import (
    CallToolResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)

from cognito_identity_mcp.app import mcp_server, services
from cognito_identity_mcp.confirmation.approvals import Approvals, Status
from cognito_identity_mcp.confirmation.question import FIELD
from cognito_identity_mcp.journal.changes import Change
from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.interaction.clients import Era, Facts, Human, right_answer
from tests.local.client import post
from tests.processes import mcp_url, over_stdio, started

NAME = "a pool to lose"

Call = tuple[str, Facts]
Raw = CallToolResult | InputRequiredResult


@dataclass(frozen=True)
class Hand:
    """Somebody else who works at the same service: no call of theirs goes through a server of ours."""

    url: str

    def does(self, operation: str, **members: Any) -> dict[str, Any]:
        """The answer to a call by AWS's names."""
        answer = post(self.url, operation, members)
        assert answer.status == 200, answer.body
        return cast("dict[str, Any]", answer.json) if answer.body else {}

    def makes_pool(self, name: str = NAME, **more: Any) -> str:
        made = self.does("CreateIdentityPool", IdentityPoolName=name, AllowUnauthenticatedIdentities=True, **more)
        return str(made["IdentityPoolId"])

    def sees(self, pool: str) -> tuple[bytes, ...]:
        """All that is known of a pool, to the byte; of one that is gone, the errors."""
        about = {"IdentityPoolId": pool}
        return (
            post(self.url, "DescribeIdentityPool", about).body,
            post(self.url, "GetIdentityPoolRoles", about).body,
            post(self.url, "ListIdentities", about | {"MaxResults": 60}).body,
        )

    def misses(self, pool: str) -> bool:
        """Whether the pool is gone."""
        return post(self.url, "DescribeIdentityPool", {"IdentityPoolId": pool}).status != 200


@dataclass
class Stage:
    """`left` is what the pool looked like when the other hand was done: a refusal leaves it so, to the byte.

    `http` is the address of a server on `url` and `state` that runs already; `known` the changes of earlier plays.
    """

    transport: str
    era: Era
    url: str
    state: Path
    http: str | None = None
    pool: str = ""
    left: tuple[bytes, ...] = ()
    known: set[str] = field(default_factory=set[str])

    @property
    def hand(self) -> Hand:
        return Hand(self.url)

    async def set_up(self) -> None:
        self.pool = self.hand.makes_pool()
        self.hand.does("GetId", IdentityPoolId=self.pool)
        self.leave()
        await self._clear()
        self.known = {change.id for change in await self.changes()}

    async def _clear(self) -> None:
        """Denies what earlier plays on the folder left unanswered: only so many questions wait at once."""
        database = Database(StateFolder.at(self.state))
        try:
            approvals = Approvals(database)
            for each in await approvals.latest(1000):
                if each.status is Status.PENDING:
                    await approvals.deny(each.id, "a test")
        finally:
            await database.aclose()

    def leave(self) -> None:
        """From now on the pool has to stay as it is."""
        self.left = self.hand.sees(self.pool)

    @property
    def deletes(self) -> Call:
        return "delete_identity_pool", {"identity_pool_id": self.pool}

    @asynccontextmanager
    async def client(
        self, human: Human | None = None, *, anew: bool = False, state: Path | None = None, url: str | None = None
    ) -> AsyncGenerator[Client]:
        """A client of the server; of one with another folder or at another place, if these are given.

        Over stdio each client has a server process of its own; over HTTP `anew` starts one.
        """
        own = (url or self.url, state or self.state)
        async with AsyncExitStack() as open_:
            if self.transport == "in process":
                settings = Settings(endpoint_url=own[0], state=own[1])
                where = await open_.enter_async_context(services(settings))
                reached: Any = await open_.enter_async_context(mcp_server(settings, where))
            elif self.transport == "stdio":
                reached = over_stdio("--endpoint-url", own[0], "--state", str(own[1]))
            elif self.http is not None and not anew and own == (self.url, self.state):
                reached = self.http
            else:
                reached = open_.enter_context(over_http(*own))
            yield await open_.enter_async_context(Client(reached, mode=self.era, elicitation_callback=human))

    async def changes(self) -> list[Change]:
        """What the journal says of this play: of the calls that went out and of those that were refused."""
        database = Database(StateFolder.at(self.state))
        try:
            found = await Journal(database).changes(1000)
        finally:
            await database.aclose()
        return [change for change in found if change.id not in self.known]


@contextmanager
def over_http(url: str, state: Path, *more: str) -> Generator[str]:
    """A server process over HTTP, until the block ends; its address."""
    arguments = ("--endpoint-url", url, "--state", str(state), *more)
    with started("serve", "--transport", "http", "--port", "0", *arguments) as process:
        yield mcp_url(process)


# The multi-round-trip protocol by hand, as a client may speak it that means no good.


async def raw(client: Client, call: Call, **retry: Any) -> Raw:
    tool, arguments = call
    reply = await client.session.call_tool(tool, arguments, allow_input_required=True, **retry)
    assert isinstance(reply, CallToolResult | InputRequiredResult)
    return reply


async def asked(client: Client, call: Call) -> tuple[str, dict[str, ElicitResult]]:
    """The sealed state of the question to a call, and the right answer to it."""
    reply = await raw(client, call)
    assert isinstance(reply, InputRequiredResult)
    form = cast("ElicitRequestFormParams", cast("ElicitRequest", (reply.input_requests or {})[FIELD]).params)
    answer = ElicitResult(action="accept", content={FIELD: right_answer(form)})
    return cast("str", reply.request_state), {FIELD: answer}


ASKED = "asked"
DONE = "done"


def code_of(reply: Raw) -> str:
    """How a call ended: done, a question, or the code of its error."""
    if isinstance(reply, InputRequiredResult):
        return ASKED
    return str(cast("Facts", reply.structured_content)["error"]["code"]) if reply.is_error else DONE
