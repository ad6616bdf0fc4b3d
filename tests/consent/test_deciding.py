"""The table of approvals by itself, on a clock: how long each yes and no holds, and what ends it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cognito_identity_mcp.confirmation.approvals import (
    APPROVAL_HOLDS_FOR,
    KEPT_FOR,
    MOST_OPEN,
    REQUEST_HOLDS_FOR,
    Approvals,
    Status,
    Subject,
    TooManyOpen,
)
from cognito_identity_mcp.settings import ANSWER_HOLDS_FOR
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.clocks import Clock

FACTS = {"effect": "destroy", "place": "here", "region": "r", "pool_id": None, "pool_name": "name"}
BY = "the user of a client 1, who declined"
SUBJECT = Subject("delete_identity_pool", "matter", "state", "Delete?", "name", FACTS)
OTHERS = {
    "other arguments": replace(SUBJECT, matter="another"),
    "another state": replace(SUBJECT, fingerprint="another"),
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def approvals(tmp_path: Path, clock: Clock) -> AsyncGenerator[Approvals]:
    database = Database(StateFolder.at(tmp_path / "state"))
    yield Approvals(database, clock)
    await database.aclose()


async def answers(approvals: Approvals, given: str) -> bool:
    return await approvals.accepted(given, SUBJECT)


async def approves(approvals: Approvals, given: str) -> bool:
    return await approvals.approve(given, "me")


async def denies(approvals: Approvals, given: str) -> bool:
    return await approvals.deny(given, "me")


async def uses(approvals: Approvals, given: str) -> bool:
    taken = await approvals.take(SUBJECT)
    assert taken is None or taken.id == given
    return taken is not None


Step = Callable[[Approvals, str], Awaitable[bool]]


async def asked(approvals: Approvals) -> str:
    return await approvals.asked(SUBJECT)


async def requested(approvals: Approvals) -> str:
    return (await approvals.requested(SUBJECT)).id


async def refused(approvals: Approvals) -> str:
    given = await asked(approvals)
    await approvals.refused(given, BY)
    return given


async def approved(approvals: Approvals) -> str:
    given = await requested(approvals)
    assert await approves(approvals, given)
    return given


STEPS = [
    (asked, answers, ANSWER_HOLDS_FOR),
    (asked, approves, ANSWER_HOLDS_FOR),
    (requested, approves, REQUEST_HOLDS_FOR),
    (requested, denies, REQUEST_HOLDS_FOR),
    (refused, approves, REQUEST_HOLDS_FOR),
    (approved, uses, APPROVAL_HOLDS_FOR),
    (approved, denies, APPROVAL_HOLDS_FOR),
]


@pytest.mark.parametrize(("start", "step", "holds_for"), STEPS)
async def test_each_step_can_be_taken_once_and_in_time(
    approvals: Approvals, clock: Clock, start: Callable[[Approvals], Awaitable[str]], step: Step, holds_for: float
) -> None:
    late = await start(approvals)
    clock.now += holds_for
    assert not await step(approvals, late)
    given = await start(approvals)
    clock.now += holds_for - 1
    assert await step(approvals, given)
    assert not await step(approvals, given)


@pytest.mark.parametrize(("start", "step", "holds_for"), STEPS)
async def test_a_clock_that_is_set_back_revives_nothing(
    approvals: Approvals, clock: Clock, start: Callable[[Approvals], Awaitable[str]], step: Step, holds_for: float
) -> None:
    expired = await start(approvals)
    clock.now += holds_for
    assert await approvals.latest(10) == []
    for seconds in (1, holds_for / 2, holds_for * 2):
        clock.now -= seconds
        assert await approvals.latest(10) == []
        assert not await step(approvals, expired)


@pytest.mark.parametrize(("start", "step", "holds_for"), STEPS)
async def test_a_clock_that_is_set_back_makes_nothing_hold_longer(
    approvals: Approvals, clock: Clock, start: Callable[[Approvals], Awaitable[str]], step: Step, holds_for: float
) -> None:
    async def passes(seconds: float) -> None:
        """So many seconds, of which the clock, set back on the way, shows less."""
        for moved in (100, -5000, seconds - 100):
            clock.now += moved
            await approvals.latest(10)

    late = await start(approvals)
    await passes(holds_for)
    assert not await step(approvals, late)
    given = await start(approvals)
    await passes(holds_for - 1)
    assert await step(approvals, given)


async def test_so_many_questions_of_one_principal_wait_at_once(approvals: Approvals, clock: Clock) -> None:
    def number(each: int, principal: str = "me") -> Subject:
        return replace(SUBJECT, matter=str(each), facts={**SUBJECT.facts, "principal": principal})

    asked = [await approvals.asked(number(each)) for each in range(MOST_OPEN - 1)]
    waits = await approvals.requested(number(99))
    for put in (approvals.asked, approvals.requested):
        with pytest.raises(TooManyOpen):
            await put(number(100))
    assert await approvals.requested(number(99)) == waits
    assert await approvals.asked(number(100, "somebody else"))
    assert await approvals.accepted(asked[0], number(0))
    await approvals.asked(number(100))
    with pytest.raises(TooManyOpen):
        await approvals.asked(number(101))
    clock.now += ANSWER_HOLDS_FOR
    await approvals.asked(number(101))


async def test_what_nobody_answered_is_kept_for_a_day(approvals: Approvals, clock: Clock) -> None:
    unanswered, no = await asked(approvals), await refused(approvals)
    clock.now += REQUEST_HOLDS_FOR + ANSWER_HOLDS_FOR
    assert {row.id for row in await approvals.latest(10, all_of_them=True)} == {unanswered, no}
    clock.now += 1
    fresh = await asked(approvals)
    assert {row.id for row in await approvals.latest(10, all_of_them=True)} == {no, fresh}


@pytest.mark.parametrize("subject", OTHERS.values(), ids=OTHERS)
async def test_a_yes_is_good_for_its_own_subject_only(approvals: Approvals, subject: Subject) -> None:
    question = await asked(approvals)
    assert not await approvals.accepted(question, subject)
    await approved(approvals)
    assert await approvals.take(subject) is None
    assert (await approvals.requested(subject)).status is Status.PENDING
    assert await answers(approvals, question)


async def test_a_no_cannot_turn_into_a_yes_of_the_client(approvals: Approvals) -> None:
    question = await refused(approvals)
    assert not await answers(approvals, question)
    assert not await uses(approvals, question)


async def test_a_no_does_not_take_back_a_yes(approvals: Approvals) -> None:
    question = await asked(approvals)
    assert await answers(approvals, question)
    await approvals.refused(question, BY)
    found = await approvals.find(question)
    assert (found and found.status) is Status.USED
    assert not await approves(approvals, question)


async def test_an_answer_in_the_client_cannot_use_what_was_approved_in_a_terminal(approvals: Approvals) -> None:
    given = await approved(approvals)
    assert not await answers(approvals, given)
    assert await uses(approvals, given)


async def test_what_was_denied_stays_denied_for_a_day_and_is_asked_anew_then(
    approvals: Approvals, clock: Clock
) -> None:
    given = await requested(approvals)
    await denies(approvals, given)
    clock.now += REQUEST_HOLDS_FOR - 1
    assert (await approvals.requested(SUBJECT)).status is Status.DENIED
    clock.now += 1
    assert (await approvals.requested(SUBJECT)).status is Status.PENDING


async def test_a_request_that_was_used_is_not_the_next_ones(approvals: Approvals) -> None:
    given = await approved(approvals)
    assert await uses(approvals, given)
    assert await requested(approvals) != given


async def test_what_can_be_decided_is_listed_first_what_is_over_only_on_demand(
    approvals: Approvals, clock: Clock
) -> None:
    used, denied = await approved(approvals), await refused(approvals)
    await uses(approvals, used)
    clock.now += 1
    waits = await requested(approvals)
    assert [row.id for row in await approvals.latest(10)] == [waits, denied]
    assert {row.id for row in await approvals.latest(10, all_of_them=True)} == {waits, denied, used}
    assert [row.id for row in await approvals.latest(1)] == [waits]
    clock.now += KEPT_FOR + REQUEST_HOLDS_FOR + 1
    fresh = await requested(approvals)
    assert [row.id for row in await approvals.latest(10, all_of_them=True)] == [fresh]


async def test_an_approval_for_another_state_is_named_as_outdated_while_it_holds(
    approvals: Approvals, clock: Clock
) -> None:
    given = await approved(approvals)
    assert await approvals.outdated(SUBJECT) is None
    found = await approvals.outdated(OTHERS["another state"])
    assert (found and found.id) == given
    assert await approvals.outdated(OTHERS["other arguments"]) is None
    clock.now += APPROVAL_HOLDS_FOR
    assert await approvals.outdated(OTHERS["another state"]) is None
