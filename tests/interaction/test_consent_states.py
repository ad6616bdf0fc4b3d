"""The sealed state of a question in the hands of a client that means no good: it speaks the protocol by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from mcp_types import CallToolResult, ElicitResult, InputRequiredResult

from cognito_identity_mcp.confirmation.question import FIELD
from cognito_identity_mcp.settings import ANSWER_HOLDS_FOR, Settings
from tests.consent.scenarios import later
from tests.consent.stage import asked, code_of, raw

from .clients import POOL, agreeing, create_pool, error_of, in_process, succeed
from .test_consent import delete, unchanged_pool

pytestmark = pytest.mark.usefixtures("no_blocking_calls")

INVALID = {
    "kind": "refused",
    "code": "ConfirmationStateInvalid",
    "message": (
        "delete_identity_pool was not carried out. The consent state that came with it is too old, was changed, or "
        "belongs to another call. Nothing was changed."
    ),
    "next_step": "If the user still wants it, call again without the old state: the question is asked anew.",
    "retryable": False,
}


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
    "made by the client": lambda _: '{"approval_id": "mine", "question": "any"}',
    "empty": lambda _: "",
    "with more": lambda state: state + "A",
}


@pytest.mark.parametrize("tampering", TAMPERING.values(), ids=TAMPERING)
async def test_tampered_state_is_a_refusal_that_the_model_sees(
    settings: Settings, tampering: Callable[[str], str]
) -> None:
    async with in_process(settings, agreeing()) as client, unchanged_pool(client) as pool:
        state, answer = await asked(client, delete(pool))
        reply = await raw(client, delete(pool), request_state=tampering(state), input_responses=answer)
        assert error_of(cast("CallToolResult", reply)) == INVALID
        (newest,) = (await succeed(client, "list_changes", {"limit": 1}))["changes"]
        assert (newest["tool"], newest["outcome"]) == ("delete_identity_pool", "refused: ConfirmationStateInvalid")


async def test_an_answer_given_in_time_still_counts(settings: Settings) -> None:
    with later() as clock:
        async with in_process(settings, agreeing()) as client:
            pool = await create_pool(client)
            state, answer = await asked(client, delete(pool))
            clock.now += ANSWER_HOLDS_FOR - 1
            reply = await raw(client, delete(pool), request_state=state, input_responses=answer)
            assert code_of(reply) == "done"


async def test_a_declined_state_cannot_be_accepted_afterwards_by_the_same_round(settings: Settings) -> None:
    async with in_process(settings, agreeing()) as client, unchanged_pool(client) as pool:
        state, _ = await asked(client, delete(pool))
        no = {FIELD: ElicitResult(action="decline")}
        reply = await raw(client, delete(pool), request_state=state, input_responses=no)
        assert error_of(cast("CallToolResult", reply))["code"] == "ConfirmationDeclined"
        yes = {FIELD: ElicitResult(action="accept", content={FIELD: POOL["identity_pool_name"]})}
        reply = await raw(client, delete(pool), request_state=state, input_responses=yes)
        assert error_of(cast("CallToolResult", reply))["code"] == "ConfirmationAlreadyUsed"
