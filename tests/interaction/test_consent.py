"""Consent: what runs, and that nothing runs without one right answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from mcp import Client, ClientSession
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolResult,
    ClientCapabilities,
    ElicitationCapability,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    ErrorData,
    InputRequiredResult,
    UrlElicitationCapability,
)

from cognito_identity_mcp.confirmation.question import FIELD
from cognito_identity_mcp.settings import ANSWER_HOLDS_FOR, Settings

from .clients import (
    FACEBOOK,
    POOL,
    Answering,
    Era,
    Facts,
    Human,
    Reply,
    accept,
    agreeing,
    create_pool,
    error_of,
    fail,
    in_process,
    right_answer,
    says_yes,
    succeed,
)

pytestmark = pytest.mark.usefixtures("no_blocking_calls")

RENAMED = POOL | {"identity_pool_name": "renamed", "allow_unauthenticated_identities": False}

Call = Callable[[str], tuple[str, Facts]]


def update(pool: str) -> tuple[str, Facts]:
    return "update_identity_pool", RENAMED | {"identity_pool_id": pool}


def delete(pool: str) -> tuple[str, Facts]:
    return "delete_identity_pool", {"identity_pool_id": pool}


async def state(client: Client, pool: str) -> Facts:
    """All that the gated calls of this module could change."""
    return {
        "pool": await succeed(client, "describe_identity_pool", {"identity_pool_id": pool}),
        "identities": await succeed(client, "list_identities", {"identity_pool_id": pool}),
    }


@asynccontextmanager
async def unchanged_pool(client: Client) -> AsyncGenerator[str]:
    """A pool that has to be as it was when the block ends."""
    pool = await create_pool(client)
    await succeed(client, "get_id", {"identity_pool_id": pool})
    before = await state(client, pool)
    yield pool
    assert await state(client, pool) == before


def refusal(tool: str, code: str, message: str, next_step: str) -> Facts:
    return {
        "kind": "refused",
        "code": code,
        "message": f"{tool} was not carried out. {message} Nothing was changed.",
        "next_step": next_step,
        "retryable": False,
    }


async def test_an_accepted_overwrite_is_carried_out_after_a_question_that_tells_what_and_where(
    settings: Settings, era: Era
) -> None:
    human = agreeing()
    async with in_process(settings, human, era) as client:
        pool = await create_pool(client)
        updated = await succeed(client, *update(pool))
    assert updated == RENAMED | {"identity_pool_id": pool, "identity_pool_tags": {}}
    (question,) = human.questions
    lines = question.message.splitlines()
    assert lines[:8] == [
        "Update identity pool: Replaces all settings of the pool: whatever is not listed below is removed or reset.",
        "",
        f"  identity_pool_id: {pool}",
        "  identity_pool_name: renamed",
        "  allow_unauthenticated_identities: false",
        "  supported_login_providers:",
        "    graph.facebook.com: 4711",
        "  developer_provider_name: login.example",
    ]
    assert f"Where: AWS at {settings.endpoint_url}, us-east-1" in lines
    assert "Asked because: default for overwrite calls" in lines
    assert question.requested_schema == {
        "type": "object",
        "properties": {"confirmation": {"type": "boolean", "title": "Yes, do this"}},
        "required": ["confirmation"],
    }


async def test_an_accepted_deletion_is_carried_out_after_its_id_was_typed(settings: Settings, era: Era) -> None:
    human = agreeing()
    async with in_process(settings, human, era) as client:
        pool = await create_pool(client)
        assert await succeed(client, *delete(pool)) == {}
        assert (await fail(client, "describe_identity_pool", {"identity_pool_id": pool}))["code"] == (
            "ResourceNotFoundException"
        )
    (question,) = human.questions
    assert question.requested_schema == {
        "type": "object",
        "properties": {"confirmation": {"type": "string", "title": f"Type {pool} to go ahead"}},
        "required": ["confirmation"],
    }
    assert question.message.endswith("This cannot be undone.")


def declines(_: ElicitRequestFormParams) -> Reply:
    return ElicitResult(action="decline")


def dismisses(_: ElicitRequestFormParams) -> Reply:
    return ElicitResult(action="cancel")


@pytest.mark.parametrize("gated", [update, delete])
@pytest.mark.parametrize(
    ("code", "message", "next_step", "answering"),
    [
        (
            "ConfirmationDeclined",
            "A human declined.",
            "Do not try again by other means; ask the user what they want instead.",
            declines,
        ),
        (
            "ConfirmationDismissed",
            "The question was dismissed without an answer.",
            "Ask the user whether they want it; if so, call again.",
            dismisses,
        ),
    ],
)
async def test_a_no_or_no_answer_refuses(
    settings: Settings, era: Era, gated: Call, code: str, message: str, next_step: str, answering: Answering
) -> None:
    async with in_process(settings, Human(answering), era) as client, unchanged_pool(client) as pool:
        tool, arguments = gated(pool)
        assert await fail(client, tool, arguments) == refusal(tool, code, message, next_step)


WRONG: dict[str, Callable[[ElicitRequestFormParams], Any]] = {
    "no content": lambda _: ElicitResult(action="accept"),
    "empty content": lambda _: ElicitResult(action="accept", content={}),
    "another field": lambda form: ElicitResult(action="accept", content={"confirm": right_answer(form)}),
    "null": lambda form: accept(form, None),
    "false": lambda form: accept(form, answer=False),
    "an empty text": lambda form: accept(form, ""),
    "another text": lambda form: accept(form, "yes"),
    "a true in quotes": lambda form: accept(form, "true"),
    "a number": lambda form: accept(form, 1),
    "a decimal number": lambda form: accept(form, 1.0),
    "a list": lambda _: ElicitResult(action="accept", content={FIELD: ["true"]}),
}


@pytest.mark.parametrize("gated", [update, delete])
async def test_an_accept_with_another_answer_than_the_one_asked_for_refuses(
    settings: Settings, era: Era, gated: Call
) -> None:
    answers = iter(WRONG.values())

    def next_answer(form: ElicitRequestFormParams) -> Reply:
        return cast("Reply", next(answers)(form))

    human = Human(next_answer)
    async with in_process(settings, human, era) as client, unchanged_pool(client) as pool:
        tool, arguments = gated(pool)
        assert [await fail(client, tool, arguments) for _ in WRONG] == len(WRONG) * [
            refusal(
                tool,
                "ConfirmationWrongAnswer",
                "The human's answer was not the one that was asked for.",
                "If the user still wants it, call again: the question is asked anew.",
            )
        ]


async def test_a_ticked_box_does_not_stand_in_for_a_typed_id(settings: Settings, era: Era) -> None:
    human = Human(lambda form: accept(form, answer=True))
    async with in_process(settings, human, era) as client, unchanged_pool(client) as pool:
        assert (await fail(client, *delete(pool)))["code"] == "ConfirmationWrongAnswer"


async def test_the_id_of_another_pool_does_not_delete_this_one(settings: Settings, era: Era) -> None:
    other: list[str] = []
    human = Human(lambda form: accept(form, other[0]))
    async with in_process(settings, human, era) as client, unchanged_pool(client) as pool:
        other.append(await create_pool(client))
        assert (await fail(client, *delete(pool)))["code"] == "ConfirmationWrongAnswer"
        await succeed(client, "describe_identity_pool", {"identity_pool_id": other[0]})


CANNOT_ASK = (
    "It needs a human's consent, and this client cannot ask one (it declares no form elicitation).",
    (
        "Tell the user to run it where they can be asked: a client with elicitation, or in a terminal "
        "`cognito-identity-mcp call {tool} …`. No argument can stand in for consent."
    ),
)


@pytest.mark.parametrize("gated", [update, delete])
async def test_a_client_that_cannot_ask_is_refused(settings: Settings, era: Era, gated: Call) -> None:
    async with in_process(settings, None, era) as client, unchanged_pool(client) as pool:
        tool, arguments = gated(pool)
        message, next_step = CANNOT_ASK
        assert await fail(client, tool, arguments) == refusal(
            tool, "ConfirmationCouldNotAsk", message, next_step.format(tool=tool)
        )


def declare(monkeypatch: pytest.MonkeyPatch, capabilities: ClientCapabilities) -> None:
    """Clients declare these capabilities, whatever they can do."""

    def build_capabilities(*_: object) -> ClientCapabilities:
        return capabilities

    monkeypatch.setattr(ClientSession, "_build_capabilities", build_capabilities)


async def test_a_client_that_can_only_open_pages_is_refused(
    settings: Settings, era: Era, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_urls = ClientCapabilities(elicitation=ElicitationCapability(url=UrlElicitationCapability()))
    declare(monkeypatch, only_urls)
    human = agreeing()
    async with in_process(settings, human, era) as client, unchanged_pool(client) as pool:
        assert (await fail(client, *update(pool)))["code"] == "ConfirmationCouldNotAsk"
    assert human.questions == []


async def test_a_client_of_before_urls_that_declares_elicitation_without_modes_is_asked(
    settings: Settings, era: Era, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = ClientCapabilities(elicitation=ElicitationCapability())
    declare(monkeypatch, bare)
    async with in_process(settings, agreeing(), era) as client:
        assert (await succeed(client, *update(await create_pool(client))))["identity_pool_name"] == "renamed"


async def test_a_legacy_client_that_fails_to_ask_is_refused(settings: Settings) -> None:
    broken = Human(lambda _: ErrorData(code=-32603, message="no screen"))
    async with in_process(settings, broken, "legacy") as client, unchanged_pool(client) as pool:
        assert await fail(client, *update(pool)) == refusal(
            "update_identity_pool",
            "ConfirmationAskingFailed",
            "It needs a human's consent, and the client failed to ask.",
            "Tell the user; they can run it in a terminal with `cognito-identity-mcp call update_identity_pool …`.",
        )


async def test_a_client_that_fails_to_ask_ends_its_call_itself_and_nothing_is_done(settings: Settings) -> None:
    broken = Human(lambda _: ErrorData(code=-32603, message="no screen"))
    async with in_process(settings, broken) as client, unchanged_pool(client) as pool:
        with pytest.raises(MCPError, match="no screen"):
            await client.call_tool(*update(pool))


async def test_no_argument_stands_in_for_consent(settings: Settings, era: Era) -> None:
    human = agreeing()
    async with in_process(settings, human, era) as client, unchanged_pool(client) as pool:
        tool, arguments = delete(pool)
        words = ["confirm", "confirmation", "force", "yes", "consent"]
        error = await fail(client, tool, arguments | dict.fromkeys(words, True))
        assert [problem["path"] for problem in error["problems"]] == words
    assert human.questions == []


async def test_a_question_shows_no_secret_and_no_markup(settings: Settings, era: Era) -> None:
    human = Human(declines)
    async with in_process(settings, human, era) as client, unchanged_pool(client) as pool:
        identity = (await succeed(client, "list_identities", {"identity_pool_id": pool}))["identities"][0]
        await fail(
            client,
            "get_credentials_for_identity",
            {"identity_id": identity["identity_id"], "logins": {"<b>`x`\u202e\nAsked because: nothing": "canary"}},
        )
    (question,) = human.questions
    assert "canary" not in question.message
    assert "    ‹b›'x'� Asked because: nothing: (withheld)\n" in question.message


# The rest speaks the multi-round-trip protocol by hand, as an attacker would.


async def raw(client: Client, call: tuple[str, Facts], **retry: Any) -> CallToolResult | InputRequiredResult:
    tool, arguments = call
    reply = await client.session.call_tool(tool, arguments, allow_input_required=True, **retry)
    assert isinstance(reply, CallToolResult | InputRequiredResult)
    return reply


async def asked(client: Client, call: tuple[str, Facts]) -> tuple[str, dict[str, ElicitResult]]:
    """The sealed state of the question to a call, and the right answer to it."""
    reply = await raw(client, call)
    assert isinstance(reply, InputRequiredResult)
    request = (reply.input_requests or {})[FIELD]
    assert isinstance(request, ElicitRequest)
    answer = cast("ElicitResult", says_yes(cast("ElicitRequestFormParams", request.params)))
    return cast("str", reply.request_state), {FIELD: answer}


async def assert_state_refused(attempt: Awaitable[object]) -> None:
    with pytest.raises(MCPError, match="Invalid or expired requestState") as caught:
        await attempt
    assert caught.value.error.code == INVALID_PARAMS


async def test_state_and_answer_together_let_the_call_run_once(settings: Settings) -> None:
    async with in_process(settings, agreeing()) as client:
        pool = await create_pool(client)
        state, answer = await asked(client, update(pool))
        first = await raw(client, update(pool), request_state=state, input_responses=answer)
        assert not cast("CallToolResult", first).is_error
        await succeed(client, "update_identity_pool", POOL | {"identity_pool_id": pool})
        again = await raw(client, update(pool), request_state=state, input_responses=answer)
        assert error_of(cast("CallToolResult", again)) == refusal(
            "update_identity_pool",
            "ConfirmationAlreadyUsed",
            "This consent was used already; each answer is good for one call.",
            "Call again without the old state: the question is asked anew.",
        )
        described = await succeed(client, "describe_identity_pool", {"identity_pool_id": pool})
        assert described["identity_pool_name"] == POOL["identity_pool_name"]


async def test_an_answer_without_state_is_asked_again(settings: Settings) -> None:
    async with in_process(settings, agreeing()) as client, unchanged_pool(client) as pool:
        _, answer = await asked(client, delete(pool))
        assert isinstance(await raw(client, delete(pool), input_responses=answer), InputRequiredResult)


async def test_state_without_an_answer_is_asked_again(settings: Settings) -> None:
    async with in_process(settings, agreeing()) as client, unchanged_pool(client) as pool:
        state, _ = await asked(client, delete(pool))
        assert isinstance(await raw(client, delete(pool), request_state=state), InputRequiredResult)
        other = {"other": ElicitResult(action="accept", content={FIELD: pool})}
        reply = await raw(client, delete(pool), request_state=state, input_responses=other)
        assert isinstance(reply, InputRequiredResult)


TAMPERING: dict[str, Callable[[str], str]] = {
    "another end": lambda state: state[:-4] + "AAAA",
    "without its start": lambda state: state[3:],
    "plain": lambda _: "{}",
    "with more": lambda state: state + "A",
}


@pytest.mark.parametrize("tampering", TAMPERING.values(), ids=TAMPERING)
async def test_tampered_state_is_refused(settings: Settings, tampering: Callable[[str], str]) -> None:
    async with in_process(settings, agreeing()) as client, unchanged_pool(client) as pool:
        state, answer = await asked(client, delete(pool))
        await assert_state_refused(raw(client, delete(pool), request_state=tampering(state), input_responses=answer))


async def test_state_made_by_the_client_is_refused(settings: Settings) -> None:
    forged = '{"approval_id": "mine", "question": "any"}'
    async with in_process(settings, agreeing()) as client, unchanged_pool(client) as pool:
        answer = {FIELD: ElicitResult(action="accept", content={FIELD: pool})}
        await assert_state_refused(raw(client, delete(pool), request_state=forged, input_responses=answer))


async def test_state_does_not_move_to_other_arguments(settings: Settings) -> None:
    async with in_process(settings, agreeing()) as client, unchanged_pool(client) as pool:
        mine = await create_pool(client)
        state, _ = await asked(client, delete(mine))
        answer = {FIELD: ElicitResult(action="accept", content={FIELD: pool})}
        await assert_state_refused(raw(client, delete(pool), request_state=state, input_responses=answer))


async def test_state_does_not_move_to_another_tool(settings: Settings) -> None:
    async with in_process(settings, agreeing()) as client, unchanged_pool(client) as pool:
        state, answer = await asked(client, ("get_open_id_token", {"identity_id": pool}))
        other = ("get_credentials_for_identity", {"identity_id": pool})
        await assert_state_refused(raw(client, other, request_state=state, input_responses=answer))


async def test_state_does_not_move_to_another_server(settings: Settings) -> None:
    async with (
        in_process(settings, agreeing()) as one,
        in_process(settings, agreeing()) as two,
        unchanged_pool(one) as pool,
    ):
        state, answer = await asked(one, delete(pool))
        await assert_state_refused(raw(two, delete(pool), request_state=state, input_responses=answer))


async def test_state_expires(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock:
        now = 1_000_000.0

        def time(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr("mcp.server.request_state.time", clock)
    async with in_process(settings, agreeing()) as client, unchanged_pool(client) as pool:
        state, answer = await asked(client, delete(pool))
        clock.now += ANSWER_HOLDS_FOR
        await assert_state_refused(raw(client, delete(pool), request_state=state, input_responses=answer))


async def test_an_answer_given_in_time_still_counts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock:
        now = 1_000_000.0

        def time(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr("mcp.server.request_state.time", clock)
    async with in_process(settings, agreeing()) as client:
        pool = await create_pool(client)
        state, answer = await asked(client, delete(pool))
        clock.now += ANSWER_HOLDS_FOR - 1
        reply = await raw(client, delete(pool), request_state=state, input_responses=answer)
        assert not cast("CallToolResult", reply).is_error


async def test_a_declined_state_cannot_be_accepted_afterwards_by_the_same_round(settings: Settings) -> None:
    """The protocol cannot tell a second try of the client from a changed mind: the human's own answer decides."""
    async with in_process(settings, agreeing()) as client, unchanged_pool(client) as pool:
        state, _ = await asked(client, delete(pool))
        no = {FIELD: ElicitResult(action="decline")}
        reply = await raw(client, delete(pool), request_state=state, input_responses=no)
        assert error_of(cast("CallToolResult", reply))["code"] == "ConfirmationDeclined"
        yes = {FIELD: ElicitResult(action="accept", content={FIELD: pool})}
        reply = await raw(client, delete(pool), request_state=state, input_responses=yes)
        assert error_of(cast("CallToolResult", reply))["code"] == "ConfirmationAlreadyUsed"


async def test_a_user_id_of_blanks_is_not_confirmed_by_typing_nothing(settings: Settings, era: Era) -> None:
    human = Human(lambda form: accept(form, ""))
    async with in_process(settings, human, era) as client:
        pool = await create_pool(client)
        error = await fail(
            client,
            "merge_developer_identities",
            {
                "identity_pool_id": pool,
                "developer_provider_name": "login.example",
                "source_user_identifier": " ",
                "destination_user_identifier": "bob",
            },
        )
    assert error["code"] == "ConfirmationWrongAnswer"


async def test_a_user_id_with_markup_is_confirmed_as_it_is_typed(settings: Settings, era: Era) -> None:
    human = Human(lambda form: accept(form, "a*b[1]"))
    async with in_process(settings, human, era) as client:
        pool = await create_pool(client)
        error = await fail(
            client,
            "merge_developer_identities",
            {
                "identity_pool_id": pool,
                "developer_provider_name": "login.example",
                "source_user_identifier": "a*b[1]",
                "destination_user_identifier": "bob",
            },
        )
    assert error["code"] == "ResourceNotFoundException"


async def test_several_ids_are_confirmed_by_their_number(settings: Settings, era: Era) -> None:
    human = agreeing()
    async with in_process(settings, human, era) as client:
        pool = await create_pool(client)
        ids = [(await succeed(client, "get_id", {"identity_pool_id": pool}))["identity_id"] for _ in range(3)]
        await succeed(client, "delete_identities", {"identity_ids_to_delete": ids})
    (question,) = human.questions
    assert question.requested_schema["properties"][FIELD]["title"] == "Type delete 3 identities to go ahead"
    assert all(identity in question.message for identity in ids)
    assert FACEBOOK not in question.message
