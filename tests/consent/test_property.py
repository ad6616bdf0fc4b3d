"""The invariant of the gate: no gated request is sent without exactly one yes that matches it, whatever happens.

Random sequences of calls, answers, replays, approvals, grants, changes of state, restarts and a broken database run
against a model that says, for each action, whether it may let a request out.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import anyio
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st
from mcp import Client
from mcp_types import CallToolResult, ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult

from cognito_identity_mcp.app import mcp_server
from cognito_identity_mcp.confirmation.approvals import Approvals
from cognito_identity_mcp.confirmation.grants import Bounds, Grants
from cognito_identity_mcp.confirmation.question import FIELD
from cognito_identity_mcp.journal.journal import Journal
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.faults import StorageUnavailable
from cognito_identity_mcp.storage.folder import StateFolder
from tests.interaction.clients import agreeing, right_answer

from .fake import NAMES, POOL, FakeServices

UPDATE = {"identity_pool_id": POOL, "identity_pool_name": "renamed", "allow_unauthenticated_identities": False}
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("delete_identity_pool", {"identity_pool_id": POOL}),
    ("update_identity_pool", UPDATE),
    ("update_identity_pool", UPDATE | {"identity_pool_name": "renamed otherwise"}),
)
GRANTED = "update_identity_pool"


@dataclass
class Asked:
    """A question that was put: for which call, in which state of the pool, and what came of it."""

    call: int
    name: str
    state: str
    form: ElicitRequestFormParams
    status: str = "pending"


@dataclass
class Model:
    """What the gate may let through."""

    questions: list[Asked] = field(default_factory=list[Asked])
    approved: list[Asked] = field(default_factory=list[Asked])
    granted: int = 0

    def spends_what_was_given(self, call: int, name: str) -> bool:
        """Whether an approval or a grant lets the call through now; it is used up then."""
        for question in self.approved:
            if (question.call, question.name) == (call, name):
                self.approved.remove(question)
                question.status = "used"
                return True
        if CALLS[call][0] == GRANTED and self.granted:
            self.granted -= 1
            return True
        return False


@dataclass
class World:
    """One server after the other on one state folder, and what stands around them."""

    folder: Path
    services: FakeServices
    model: Model
    client: Client
    open: AsyncExitStack

    @classmethod
    @asynccontextmanager
    async def made(cls) -> AsyncGenerator[World]:
        with TemporaryDirectory() as folder:
            async with AsyncExitStack() as open_:
                services = FakeServices()
                world = cls(Path(folder) / "state", services, Model(), cast("Client", None), open_)
                await world.restart()
                yield world

    async def restart(self) -> None:
        """Another process, as far as the protocol and the database can tell."""
        await self.open.aclose()
        server = await self.open.enter_async_context(mcp_server(Settings(state=self.folder), self.services))
        self.client = await self.open.enter_async_context(Client(server, elicitation_callback=agreeing()))

    @asynccontextmanager
    async def database(self) -> AsyncGenerator[Database]:
        database = Database(StateFolder.at(self.folder))
        try:
            yield database
        finally:
            await database.aclose()

    async def raw(self, call: int, **retry: Any) -> CallToolResult | InputRequiredResult:
        tool, arguments = CALLS[call]
        reply = await self.client.session.call_tool(tool, arguments, allow_input_required=True, **retry)
        assert isinstance(reply, CallToolResult | InputRequiredResult)
        if isinstance(reply, InputRequiredResult):
            request = cast("ElicitRequest", (reply.input_requests or {})[FIELD])
            form = cast("ElicitRequestFormParams", request.params)
            self.model.questions.append(Asked(call, self.services.name, cast("str", reply.request_state), form))
        return reply


@dataclass(frozen=True)
class Ask:
    """The model calls the tool, with nothing in its hands."""

    call: int

    async def run(self, world: World) -> bool:
        await world.raw(self.call)
        return world.model.spends_what_was_given(self.call, world.services.name)


@dataclass(frozen=True)
class Reply:
    """The client answers a question it was asked some time: rightly or not, perhaps again, perhaps for another call."""

    question: int
    action: str
    right: bool
    call: int | None

    async def run(self, world: World) -> bool:
        model = world.model
        if not model.questions:
            return False
        asked = model.questions[self.question % len(model.questions)]
        call = asked.call if self.call is None else self.call
        moved = CALLS[call] != CALLS[asked.call]
        outdated = asked.name != world.services.name
        content = {FIELD: right_answer(asked.form) if self.right else "no"} if self.action == "accept" else None
        answer = ElicitResult(action=cast("Any", self.action), content=cast("Any", content))
        await world.raw(call, request_state=asked.state, input_responses={FIELD: answer})
        if moved:
            return False
        if outdated:
            return model.spends_what_was_given(call, world.services.name)
        accepted = self.action == "accept" and self.right and asked.status == "pending"
        if asked.status == "pending":
            asked.status = "used" if accepted else "denied"
        return accepted


@dataclass(frozen=True)
class Approve:
    """A human approves, in the terminal, what was asked some time."""

    question: int

    async def run(self, world: World) -> bool:
        async with world.database() as database:
            approvals = Approvals(database)
            rows = (await approvals.latest(1000, all_of_them=True))[::-1]
            if rows:
                at = self.question % len(rows)
                decided = await approvals.approve(rows[at].id, "a test")
                asked = world.model.questions[at]
                assert decided == (asked.status in ("pending", "denied"))
                if decided:
                    asked.status = "approved"
                    world.model.approved.append(asked)
        return False


@dataclass(frozen=True)
class Grant:
    """A human grants some calls of one operation."""

    calls: int

    async def run(self, world: World) -> bool:
        bounds = Bounds(
            operations=frozenset({GRANTED}),
            place=world.services.place,
            region="us-east-1",
            expires_at=time.time() + 3600,
            max_calls=self.calls,
            pool_id=POOL,
        )
        async with world.database() as database:
            await Grants(database).add(bounds, "a test")
        world.model.granted += self.calls
        return False


@dataclass(frozen=True)
class Turn:
    """Somebody else changes the pool, or changes it back."""

    async def run(self, world: World) -> bool:
        world.services.name = NAMES[1 - NAMES.index(world.services.name)]
        return False


@dataclass(frozen=True)
class Restart:
    async def run(self, world: World) -> bool:
        await world.restart()
        return False


@dataclass(frozen=True)
class Throttle:
    """From now on, or no longer, the service refuses what is sent: a yes that was used for it stays used."""

    async def run(self, world: World) -> bool:
        world.services.throttles = not world.services.throttles
        return False


@contextmanager
def broken_database() -> Generator[None]:
    def unavailable(*_: object) -> None:
        raise StorageUnavailable(Path("state.sqlite3"), "is away", "Wait")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "_check_file", unavailable)
        yield


@dataclass(frozen=True)
class Broken:
    """An action while the database cannot be used: nothing goes out, and nothing that was given is lost."""

    action: Ask | Reply

    async def run(self, world: World) -> bool:
        before = [question.status for question in world.model.questions]
        granted, approved = world.model.granted, list(world.model.approved)
        with broken_database():
            await self.action.run(world)
        for question, status in zip(world.model.questions, before, strict=False):
            question.status = status
        world.model.granted, world.model.approved = granted, approved
        return False


calls = st.integers(0, len(CALLS) - 1)
asks = st.builds(Ask, calls)
replies = st.builds(
    Reply,
    question=st.integers(0, 9),
    action=st.sampled_from(["accept", "accept", "accept", "decline", "cancel"]),
    right=st.sampled_from([True, True, False]),
    call=st.none() | st.none() | calls,
)
actions = st.one_of(
    asks,
    asks,
    replies,
    replies,
    replies,
    st.builds(Approve, st.integers(0, 9)),
    st.builds(Grant, st.integers(1, 2)),
    st.builds(Turn),
    st.builds(Restart),
    st.builds(Throttle),
    st.builds(Broken, asks | replies),
)


async def play(sequence: list[Any]) -> None:
    async with World.made() as world:
        expected = 0
        for action in sequence:
            expected += await action.run(world)
            assert len(world.services.sent) == expected, action
        async with world.database() as database:
            changes = await Journal(database).changes(1000)
        out = [change for change in changes if change.refusal is None]
        answers = [change.attempt.evidence for change in out]
        assert len(out) == expected
        assert None not in answers
        single = [evidence.id for evidence in answers if evidence and evidence.kind != "grant"]
        assert len(set(single)) == len(single)


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(actions, min_size=5, max_size=25))
def test_no_gated_request_goes_out_without_exactly_one_yes_that_matches_it(sequence: list[Any]) -> None:
    anyio.run(play, sequence)
