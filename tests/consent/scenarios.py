"""What can happen between a gated call and its answer: each scenario plays it and returns how the call ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import anyio
import pytest
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitRequestFormParams, ElicitRequestParams, ElicitResult, ErrorData

from cognito_identity_mcp.app import mcp_server
from cognito_identity_mcp.settings import ANSWER_HOLDS_FOR, Settings
from cognito_identity_mcp.storage.folder import StateFolder
from tests.interaction.clients import Answering, Human, Reply, accept, agreeing, says_yes

from .fake import POOL, FakeServices
from .stage import NAME, Call, Stage, asked, code_of, raw

Scenario = Callable[[Stage], Awaitable[str]]

CLIENT_FAILED = "the client's own error"

AT_ONCE = 50


def answered(answering: Answering) -> Scenario:
    """The human answers the question in this way."""

    async def play(stage: Stage) -> str:
        human = Human(answering)
        async with stage.client(human) as client:
            code = code_of(await client.call_tool(*stage.deletes))
        assert len(human.questions) == 1
        return code

    return play


def accepts(answer: str | float | bool | None) -> Scenario:
    return answered(lambda form: accept(form, answer))


def ends(action: str) -> Scenario:
    return answered(lambda _: ElicitResult(action=cast("Any", action)))


async def cannot_ask(stage: Stage) -> str:
    async with stage.client(None) as client:
        return code_of(await client.call_tool(*stage.deletes))


async def fails_to_ask(stage: Stage) -> str:
    human = Human(lambda _: ErrorData(code=-32603, message="no screen"))
    async with stage.client(human) as client:
        try:
            return code_of(await client.call_tool(*stage.deletes))
        except MCPError as error:
            return CLIENT_FAILED if error.error.message == "no screen" else error.error.message


async def answers_another_question(stage: Stage) -> str:
    other = {"another": ElicitResult(action="accept", content={"another": NAME})}
    if stage.era == "legacy":
        return await answered(lambda _: other["another"])(stage)
    async with stage.client(agreeing()) as client:
        state, _ = await asked(client, stage.deletes)
        return code_of(await raw(client, stage.deletes, request_state=state, input_responses=other))


# The state of the pool moves while the human thinks.


def meanwhile(happens: Callable[[Stage], None], then: Answering | None = None) -> Scenario:
    """Before the human agrees to the first question something happens; `then` is the answer to a second one."""

    async def play(stage: Stage) -> str:
        def answering(form: ElicitRequestFormParams) -> Reply:
            if len(human.questions) > 1:
                assert then is not None
                assert form.message != human.questions[0].message
                return then(form)
            happens(stage)
            stage.leave()
            return says_yes(form)

        human = Human(answering)
        async with stage.client(human) as client:
            code = code_of(await client.call_tool(*stage.deletes))
        assert len(human.questions) == (1 if then is None else 2)
        return code

    return play


def changed(stage: Stage) -> None:
    facts = {"IdentityPoolName": "another name", "AllowUnauthenticatedIdentities": True}
    stage.hand.does("UpdateIdentityPool", IdentityPoolId=stage.pool, **facts)


def deleted(stage: Stage) -> None:
    stage.hand.does("DeleteIdentityPool", IdentityPoolId=stage.pool)


async def recreated(stage: Stage) -> str:
    made: list[str] = []

    def happens(_: Stage) -> None:
        deleted(stage)
        made.append(stage.hand.makes_pool())

    code = await meanwhile(happens)(stage)
    assert not stage.hand.misses(*made)
    return code


def declines(_: ElicitRequestFormParams) -> Reply:
    return ElicitResult(action="decline")


# The server's own state.


async def without_database(stage: Stage) -> str:
    """The file is moved away while the human thinks, and back when the call has ended."""
    file = StateFolder.at(stage.state).database
    away = file.with_name("away")

    def answering(form: ElicitRequestFormParams) -> Reply:
        file.rename(away)
        return says_yes(form)

    async with stage.client(Human(answering)) as client:
        try:
            return code_of(await client.call_tool(*stage.deletes))
        finally:
            away.rename(file)


async def restarted(stage: Stage) -> str:
    async with stage.client(agreeing(), anew=True) as client:
        state, answer = await asked(client, stage.deletes)
    async with stage.client(agreeing(), anew=True) as client:
        return code_of(await raw(client, stage.deletes, request_state=state, input_responses=answer))


# The sealed state of a question in other hands.


async def tampered(stage: Stage) -> str:
    async with stage.client(agreeing()) as client:
        state, answer = await asked(client, stage.deletes)
        forged = state[:-4] + ("AAAA" if state[-4:] != "AAAA" else "BBBB")
        return code_of(await raw(client, stage.deletes, request_state=forged, input_responses=answer))


async def expired(stage: Stage) -> str:
    with later() as clock:
        async with stage.client(agreeing()) as client:
            state, answer = await asked(client, stage.deletes)
            clock.now += ANSWER_HOLDS_FOR
            return code_of(await raw(client, stage.deletes, request_state=state, input_responses=answer))


class Clock:
    now = 1_000_000.0

    def time(self) -> float:
        return self.now


@contextmanager
def later() -> Generator[Clock]:
    """The time at which the server seals states and opens them."""
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mcp.server.request_state.time", clock)
        yield clock


async def too_late(stage: Stage) -> str:
    """A human who never answers; the time for it is cut short."""

    async def thinks(_: ClientRequestContext, __: ElicitRequestParams) -> ElicitResult:
        await anyio.sleep_forever()
        raise AssertionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cognito_identity_mcp.confirmation.elicitation.ANSWER_HOLDS_FOR", 0.3)
        async with stage.client(cast("Human", thinks)) as client:
            return code_of(await client.call_tool(*stage.deletes))


def _token(stage: Stage) -> Call:
    """A gated call that leaves the state as it is: only single use stands between a replay and a second run."""
    identity = stage.hand.does("GetId", IdentityPoolId=stage.pool)["IdentityId"]
    stage.leave()
    return "get_open_id_token", {"identity_id": identity}


async def replayed(stage: Stage) -> str:
    call = _token(stage)
    async with stage.client(agreeing()) as client:
        state, answer = await asked(client, call)
        replies = [await raw(client, call, request_state=state, input_responses=answer) for _ in range(2)]
    assert code_of(replies[0]) == "done"
    return code_of(replies[1])


async def replayed_at_once(stage: Stage) -> str:
    call, codes = _token(stage), Counter[str]()
    async with stage.client(agreeing()) as client:
        state, answer = await asked(client, call)

        async def once() -> None:
            codes[code_of(await raw(client, call, request_state=state, input_responses=answer))] += 1

        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                for _ in range(AT_ONCE):
                    tasks.start_soon(once)
    assert codes.pop("done") == 1
    ((code, number),) = codes.items()
    assert number == AT_ONCE - 1
    return code


async def other_arguments(stage: Stage) -> str:
    mine = stage.hand.makes_pool()
    async with stage.client(agreeing()) as client:
        state, answer = await asked(client, ("delete_identity_pool", {"identity_pool_id": mine}))
        return code_of(await raw(client, stage.deletes, request_state=state, input_responses=answer))


async def other_tool(stage: Stage) -> str:
    tool, arguments = _token(stage)
    async with stage.client(agreeing()) as client:
        state, answer = await asked(client, (tool, arguments))
        moved = ("get_credentials_for_identity", arguments)
        return code_of(await raw(client, moved, request_state=state, input_responses=answer))


async def _moved(stage: Stage, state: Path, url: str) -> str:
    async with stage.client(agreeing()) as one, stage.client(agreeing(), state=state, url=url) as other:
        sealed, answer = await asked(one, stage.deletes)
        return code_of(await raw(other, stage.deletes, request_state=sealed, input_responses=answer))


async def other_server(stage: Stage) -> str:
    return await _moved(stage, stage.state.with_name(f"{stage.state.name}-other"), stage.url)


async def other_place(stage: Stage) -> str:
    """The same folder, and the same service under another address."""
    return await _moved(stage, stage.state, stage.url.replace("127.0.0.1", "localhost"))


async def other_principal(stage: Stage) -> str:
    """The server's credentials are another's when the answer comes. The service is a fake with one pool."""
    services = FakeServices()
    call = ("delete_identity_pool", {"identity_pool_id": POOL})
    async with (
        mcp_server(Settings(state=stage.state), services) as server,
        Client(server, mode=stage.era, elicitation_callback=agreeing()) as client,
    ):
        state, answer = await asked(client, call)
        services.caller = replace(services.caller, arn=f"{services.caller.arn}-other")
        code = code_of(await raw(client, call, request_state=state, input_responses=answer))
    assert services.sent == []
    return code
