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
from hypothesis import event, given, settings as hypothesis_settings, strategies as st, target
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
class Deny:
    """A human denies, in the terminal, what was asked some time, or takes an approval back."""

    question: int

    async def run(self, world: World) -> bool:
        model = world.model
        async with world.database() as database:
            approvals = Approvals(database)
            rows = (await approvals.latest(1000, all_of_them=True))[::-1]
            if rows:
                asked = model.questions[self.question % len(rows)]
                decided = await approvals.deny(rows[self.question % len(rows)].id, "a test")
                assert decided == (asked.status in ("pending", "approved"))
                if asked in model.approved:
                    model.approved.remove(asked)
                asked.status = "denied" if decided else asked.status
        return False


@dataclass(frozen=True)
class Revoke:
    """A human ends every grant."""

    async def run(self, world: World) -> bool:
        async with world.database() as database:
            grants = Grants(database)
            for grant in await grants.latest(all_of_them=True):
                await grants.revoke(grant.id, "a test")
        world.model.granted = 0
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


DELETE, UPDATE_ONE, UPDATE_TWO = range(len(CALLS))
YES = Reply(0, "accept", right=True, call=None)
NO = Reply(0, "decline", right=False, call=None)
ASK, ASK_ONE, ASK_TWO = Ask(DELETE), Ask(UPDATE_ONE), Ask(UPDATE_TWO)

CRITICAL: dict[str, tuple[int, list[Any]]] = {
    "an answer is good for one call": (1, [ASK, YES, YES, ASK]),
    "a wrong answer is none, and uses the question up": (0, [ASK, Reply(0, "accept", right=False, call=None), YES]),
    "a no stays a no": (0, [ASK, NO, YES, ASK]),
    "a no can be changed in the terminal": (1, [ASK, NO, Approve(0), ASK, ASK]),
    "an approval is good for one call": (1, [ASK, Approve(0), ASK, ASK]),
    "an approval cannot be answered too": (1, [ASK, Approve(0), YES, ASK, ASK]),
    "what was answered cannot be approved": (1, [ASK, YES, Approve(0), ASK]),
    "what was taken back is gone": (0, [ASK, Approve(0), Deny(0), ASK]),
    "what was denied cannot be answered": (0, [ASK, Deny(0), YES]),
    "two approvals are good for two calls": (2, [ASK, ASK, Approve(0), Approve(1), ASK, ASK, ASK]),
    "an approval is for its arguments": (1, [ASK_ONE, Approve(0), ASK_TWO, ASK_ONE]),
    "an answer is for its arguments": (0, [ASK_ONE, Reply(0, "accept", right=True, call=UPDATE_TWO)]),
    "an answer is for its tool": (0, [ASK, Reply(0, "accept", right=True, call=UPDATE_ONE)]),
    "a grant ends": (2, [Grant(2), ASK_ONE, ASK_TWO, ASK_ONE, ASK_TWO]),
    "two grants end": (3, [Grant(1), Grant(2), ASK_ONE, ASK_ONE, ASK_ONE, ASK_ONE]),
    "a grant is for its operation": (0, [Grant(2), ASK]),
    "a revoked grant is none": (1, [Grant(2), ASK_ONE, Revoke(), ASK_ONE]),
    "an approval goes before a grant": (2, [ASK_ONE, Approve(0), Grant(1), ASK_ONE, ASK_ONE, ASK_ONE]),
    "an answer is for its state": (1, [ASK, Turn(), YES, Turn(), YES, YES]),
    "an approval is for its state": (1, [ASK, Approve(0), Turn(), ASK, Turn(), ASK, ASK]),
    "an answer outlives the server": (1, [ASK, Restart(), YES, Restart(), YES]),
    "an approval outlives the server": (1, [ASK, Approve(0), Restart(), ASK, Restart(), ASK]),
    "a grant outlives the server": (1, [Grant(1), Restart(), ASK_ONE, Restart(), ASK_ONE]),
    "an answer that cannot be recorded is not used": (1, [ASK, Broken(YES), YES, YES]),
    "a grant that cannot be recorded is not spent": (1, [Grant(1), Broken(ASK_ONE), ASK_ONE, ASK_ONE]),
    "an approval that cannot be recorded is not used": (1, [ASK, Approve(0), Broken(ASK), ASK, ASK]),
    "a call that fails has used its answer": (1, [Throttle(), ASK, YES, YES]),
    "a call that fails has used its grant": (1, [Throttle(), Grant(1), ASK_ONE, ASK_ONE]),
}
"""By what must hold: how many requests go out, and the sequence."""


calls = st.integers(0, len(CALLS) - 1)
questions = st.integers(0, 5)
asks = st.builds(Ask, calls)
replies = st.builds(
    Reply,
    question=questions,
    action=st.sampled_from(["accept"] * 5 + ["decline", "cancel"]),
    right=st.sampled_from([True, True, True, False]),
    call=st.one_of(*[st.none()] * 4, calls),
)
WEIGHTS: tuple[tuple[int, st.SearchStrategy[Any]], ...] = (
    (6, asks),
    (6, replies),
    (3, st.builds(Approve, questions)),
    (2, st.builds(Grant, st.integers(1, 2))),
    (2, st.builds(Turn)),
    (1, st.builds(Deny, questions)),
    (1, st.builds(Revoke)),
    (1, st.builds(Restart)),
    (1, st.builds(Throttle)),
    (2, st.builds(Broken, asks | replies)),
)
"""How often each kind of action comes, in proportion."""
actions = st.sampled_from([kind for weight, kind in WEIGHTS for _ in range(weight)]).flatmap(lambda kind: kind)


async def play(sequence: list[Any]) -> int:
    """How many requests went out; each action is checked on the way, the journal at the end."""
    async with World.made() as world:
        expected = 0
        for action in sequence:
            expected += await action.run(world)
            assert len(world.services.sent) == expected, action
        async with world.database() as database:
            changes = await Journal(database).changes(1000)
        out = [change for change in changes if change.went_out]
        answers = [change.attempt.evidence for change in out]
        assert len(out) == expected
        assert None not in answers
        single = [evidence.id for evidence in answers if evidence and evidence.kind != "grant"]
        assert len(set(single)) == len(single)
        return expected


@pytest.mark.parametrize(("sent", "sequence"), CRITICAL.values(), ids=CRITICAL)
def test_what_must_hold_for_every_yes(sent: int, sequence: list[Any]) -> None:
    assert anyio.run(play, sequence) == sent


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.lists(actions, min_size=8, max_size=25))
def test_no_gated_request_goes_out_without_exactly_one_yes_that_matches_it(sequence: list[Any]) -> None:
    sent = anyio.run(play, sequence)
    event(f"requests sent: {sent if sent < 4 else '4 or more'}")
    for kind in {type(action).__name__ for action in sequence}:
        event(f"with {kind}")
    target(float(sent), label="requests sent")
