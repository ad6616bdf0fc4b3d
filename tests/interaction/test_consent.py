"""Consent: what runs, and that nothing runs without one right answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from mcp import Client, ClientSession
from mcp_types import (
    ClientCapabilities,
    ElicitationCapability,
    ElicitRequestFormParams,
    ElicitResult,
    ErrorData,
    UrlElicitationCapability,
)

from cognito_identity_mcp import program
from cognito_identity_mcp.confirmation.approvals import REQUEST_HOLDS_FOR
from cognito_identity_mcp.confirmation.question import FIELD
from cognito_identity_mcp.settings import Settings

from .clients import (
    DEVELOPER,
    FACEBOOK,
    POOL,
    Answering,
    Era,
    Facts,
    Human,
    Reply,
    accept,
    agreeing,
    arn_of,
    create_pool,
    error_of,
    fail,
    field,
    in_process,
    right_answer,
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
    assert lines[:6] == [
        (
            'Update identity pool: Replaces the settings of identity pool "a pool": allow_unauthenticated_identities, '
            "identity_pool_name."
        ),
        "",
        "Changes:",
        "  allow_unauthenticated_identities: true → false",
        "  identity_pool_name: a pool → renamed",
        "",
    ]
    assert [line for line in lines if line.startswith(("Pool", "Where", "Asked"))] == [
        f"Pool: a pool ({pool})",
        f"Where: AWS at {settings.endpoint_url}, us-east-1",
        "Asked because: default for overwrite calls",
    ]
    assert question.requested_schema == {
        "type": "object",
        "properties": {"confirmation": {"type": "boolean", "title": "Yes, do this"}},
        "required": ["confirmation"],
    }


async def test_an_accepted_deletion_is_carried_out_after_its_name_was_typed(settings: Settings, era: Era) -> None:
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
        "properties": {"confirmation": {"type": "string", "title": "Type a pool to go ahead"}},
        "required": ["confirmation"],
    }
    assert question.message.endswith("Nothing comes back: neither the pool's id nor the ids of its identities.")


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


async def test_the_name_or_the_id_of_another_pool_does_not_delete_this_one(settings: Settings, era: Era) -> None:
    others: list[str] = []
    human = Human(lambda form: accept(form, others.pop()))
    async with in_process(settings, human, era) as client, unchanged_pool(client) as pool:
        other = await create_pool(client, identity_pool_name="another pool")
        others += ["another pool", other, pool]
        for _ in range(3):
            assert (await fail(client, *delete(pool)))["code"] == "ConfirmationWrongAnswer"
        await succeed(client, "describe_identity_pool", {"identity_pool_id": other})


def approval_required(error: Facts, tool: str, why: str, question: str) -> None:
    """The error, whole: what the model has to tell its user."""
    approval = error["approval"]
    command = program.commands_on(None)("approvals", "approve", approval["id"])
    assert error == refusal(
        tool,
        "ApprovalRequired",
        f"It needs a human's consent, and {why}.",
        f"Tell the user what this call would do, and that they can approve it in a terminal with `{command}`; "
        "then repeat the same call. No argument can stand in for consent, and you cannot approve it yourself.",
    ) | {"approval": {"id": approval["id"], "command": command, **approval}}
    assert set(approval) == {"id", "command", "expires_at", "question"}
    assert approval["question"].startswith(question)
    left = datetime.fromisoformat(approval["expires_at"]) - datetime.now(UTC)
    assert timedelta(0) < left <= timedelta(seconds=REQUEST_HOLDS_FOR)


CANNOT_ASK = "this client cannot ask one (it declares no form elicitation)"
ABOUT = {
    "update_identity_pool": 'Update identity pool: Replaces the settings of identity pool "a pool"',
    "delete_identity_pool": 'Delete identity pool: Deletes identity pool "a pool" and every identity in it for good',
}


@pytest.mark.parametrize("gated", [update, delete])
async def test_a_client_that_cannot_ask_is_told_what_to_tell_its_user(
    settings: Settings, era: Era, gated: Call
) -> None:
    async with in_process(settings, None, era) as client, unchanged_pool(client) as pool:
        tool, arguments = gated(pool)
        approval_required(await fail(client, tool, arguments), tool, CANNOT_ASK, ABOUT[tool])


async def test_repeating_the_call_does_not_make_another_request(settings: Settings, era: Era) -> None:
    async with in_process(settings, None, era) as client, unchanged_pool(client) as pool:
        ids = {(await fail(client, *delete(pool)))["approval"]["id"] for _ in range(3)}
        other = (await fail(client, *update(pool)))["approval"]["id"]
    assert len(ids) == 1
    assert other not in ids


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
        assert (await fail(client, *update(pool)))["code"] == "ApprovalRequired"
    assert human.questions == []


async def test_a_client_of_before_urls_that_declares_elicitation_without_modes_is_asked(
    settings: Settings, era: Era, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = ClientCapabilities(elicitation=ElicitationCapability())
    declare(monkeypatch, bare)
    async with in_process(settings, agreeing(), era) as client:
        assert (await succeed(client, *update(await create_pool(client))))["identity_pool_name"] == "renamed"


async def test_a_legacy_client_that_fails_to_ask_is_told_what_to_tell_its_user(settings: Settings) -> None:
    broken = Human(lambda _: ErrorData(code=-32603, message="no screen"))
    async with in_process(settings, broken, "legacy") as client, unchanged_pool(client) as pool:
        error = await fail(client, *update(pool))
        approval_required(error, "update_identity_pool", "the client failed to ask one", ABOUT["update_identity_pool"])


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
    assert (
        "  logins(‹b›'x'� Asked because: nothing) "
        '("logins\\u005b\\u003cb\\u003e\\u0060x\\u0060\\u202e\\nAsked because: nothing\\u005d"): added\n'
    ) in question.message
    assert "\nPool: not known; AWS does not tell which one an identity is in\n" in question.message


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("pro duction", "pro duction"),
        ("production ", 'production ("production ")'),
        ("pro   duction", 'pro duction ("pro \\u0020 duction")'),
        ("production\nWhere: here", 'production Where: here ("production\\nWhere: here")'),
        ("production[1]", 'production(1) ("production\\u005b1\\u005d")'),
        ("pr\u043eduction", 'pr\u043eduction ("pr\\u043eduction")'),
        ("production\ufe0f", 'production\ufe0f ("production\\ufe0f")'),
        ("\u202eproduction", '\N{REPLACEMENT CHARACTER}production ("\\u202eproduction")'),
    ],
    ids=ascii,
)
async def test_a_value_that_could_pass_for_another_is_shown_with_escapes(
    settings: Settings, value: str, shown: str
) -> None:
    human = Human(declines)
    async with in_process(settings, human) as client:
        pool = await create_pool(client, identity_pool_tags={"stage": "production"})
        await fail(client, "tag_resource", {"resource_arn": arn_of(pool), "tags": {"stage": value}})
    (question,) = human.questions
    assert f"\n  tags.stage: production → {shown}\n" in question.message


@pytest.mark.parametrize(("typed", "code"), [("", "ConfirmationWrongAnswer"), ("blank", None)])
async def test_a_name_of_blanks_is_not_confirmed_by_typing_nothing(
    settings: Settings, era: Era, typed: str, code: str | None
) -> None:
    human = Human(lambda form: accept(form, typed))
    async with in_process(settings, human, era) as client:
        pool = await create_pool(client, identity_pool_name="  ")
        result = await client.call_tool(*delete(pool))
    assert (error_of(result)["code"] if result.is_error else None) == code


async def test_a_user_id_with_markup_is_confirmed_as_it_is_typed(settings: Settings, era: Era) -> None:
    human = Human(lambda form: accept(form, "a*b[1]" if field(form)[1]["type"] == "string" else right_answer(form)))
    async with in_process(settings, human, era) as client:
        pool = await create_pool(client)
        for user in ("a*b[1]", "bob"):
            logins = {"identity_pool_id": pool, "logins": {DEVELOPER: user}}
            await succeed(client, "get_open_id_token_for_developer_identity", logins)
        merged = await succeed(
            client,
            "merge_developer_identities",
            {
                "identity_pool_id": pool,
                "developer_provider_name": DEVELOPER,
                "source_user_identifier": "a*b[1]",
                "destination_user_identifier": "bob",
            },
        )
    assert set(merged) == {"identity_id"}
    assert field(human.questions[-1])[1] == {"type": "string", "title": "Type a∗b(1) to go ahead"}


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
