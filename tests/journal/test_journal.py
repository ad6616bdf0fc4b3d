"""The journal: what is put on record comes back, together, in order, and with what is not known said so."""

from __future__ import annotations

import re

import pytest

from cognito_identity_mcp.journal.changes import Change, Filters, NoSuchChange, State
from cognito_identity_mcp.journal.history import ListChangesInput, list_changes
from cognito_identity_mcp.journal.journal import LONGEST_CALL, Journal
from cognito_identity_mcp.journal.records import Outcome, Refusal
from tests.clocks import Clock

from .attempts import DELETING, DENIED, LISTING, NO_ANSWER, OK, POOL, deleting

NOWHERE = "chg-22222222"


async def test_a_refusal_comes_back(journal: Journal, clock: Clock) -> None:
    change_id = await journal.refused(LISTING, "RefusedByPolicy", "The policy refuses it.")
    assert re.fullmatch("chg-[23456789abcdefghjkmnpqrstvwxyz]{8}", change_id)
    assert await journal.change(change_id) == Change(
        id=change_id,
        at=clock.now,
        state="refused",
        attempt=LISTING,
        refusal=Refusal("RefusedByPolicy", "The policy refuses it."),
    )


@pytest.mark.parametrize(("outcome", "state"), [(OK, "done"), (DENIED, "failed"), (NO_ANSWER, "unknown")])
async def test_an_intent_comes_back_with_its_outcome(
    journal: Journal, clock: Clock, outcome: Outcome, state: State
) -> None:
    started = clock.now
    change_id = await journal.intended(DELETING)
    clock.now += 2
    await journal.finished(change_id, outcome)
    assert await journal.change(change_id) == Change(
        id=change_id,
        at=started,
        state=state,
        attempt=DELETING,
        outcome=outcome,
        finished_at=started + 2,
        due=started + LONGEST_CALL,
    )


async def test_an_intent_without_an_outcome_is_under_way_until_it_is_overdue(journal: Journal, clock: Clock) -> None:
    change_id = await journal.intended(DELETING)
    clock.now += LONGEST_CALL
    under_way = await journal.change(change_id)
    assert (under_way.state, under_way.how_to_find_out) == ("under way", None)
    clock.now += 1
    unknown = await journal.change(change_id)
    assert (unknown.state, unknown.outcome) == ("unknown", None)
    assert unknown.how_to_find_out == (
        "See whether describe_identity_pool still finds the pool. In CloudTrail, if it records them, look for "
        "DeleteIdentityPool between 2027-01-15T07:55:00Z and 2027-01-15T08:07:00Z."
    )


async def test_what_has_no_outcome_is_found_at_the_next_start(journal: Journal) -> None:
    ids = [await journal.intended(DELETING) for _ in range(3)]
    await journal.finished(ids[1], OK)
    await journal.refused(LISTING, "RefusedByPolicy", "no")
    assert [change.id for change in await journal.unfinished()] == [ids[0], ids[2]]


async def test_an_outcome_belongs_to_one_intent_and_there_is_one_only(journal: Journal) -> None:
    finished, refused = await journal.intended(DELETING), await journal.refused(LISTING, "No", "no")
    await journal.finished(finished, OK)
    for wrong in (finished, refused, NOWHERE):
        with pytest.raises(ValueError, match=f"{wrong} is not a change that waits for its outcome"):
            await journal.finished(wrong, DENIED)
    assert (await journal.change(finished)).outcome == OK
    assert (await journal.verify()).records == 3


async def test_an_unknown_id_is_told(journal: Journal) -> None:
    for reading in (journal.change(NOWHERE), journal.changes(5, NOWHERE)):
        with pytest.raises(NoSuchChange, match="There is no change 'chg-22222222'; list_changes"):
            await reading


async def test_changes_are_listed_newest_first_page_by_page(journal: Journal) -> None:
    ids = [await journal.refused(LISTING, "No", "no") for _ in range(5)]
    assert [change.id for change in await journal.changes(2)] == [ids[4], ids[3]]
    assert [change.id for change in await journal.changes(2, ids[3])] == [ids[2], ids[1]]
    assert [change.id for change in await journal.changes(2, ids[1])] == [ids[0]]


async def test_changes_are_filtered(journal: Journal, clock: Clock) -> None:
    ids = {
        "unknown": await journal.intended(DELETING),
        "refused": await journal.refused(LISTING, "No", "no"),
        "done": await journal.intended(deleting(tool="purge_identities", part_of="run-1")),
        "failed": await journal.intended(DELETING),
        "no answer": await journal.intended(deleting(pool=None)),
    }
    await journal.finished(ids["done"], OK)
    await journal.finished(ids["failed"], DENIED)
    await journal.finished(ids["no answer"], NO_ANSWER)
    clock.now += LONGEST_CALL + 1
    ids["under way"] = await journal.intended(DELETING)

    async def found(filters: Filters) -> set[str]:
        listed = {change.id for change in await journal.changes(50, filters=filters)}
        return {name for name, change_id in ids.items() if change_id in listed}

    assert await found(Filters()) == ids.keys()
    assert await found(Filters(state="unknown")) == {"unknown", "no answer"}
    for state in ("refused", "done", "failed", "under way"):
        assert await found(Filters(state=state)) == {state}
    assert await found(Filters(pool_id=POOL)) == {"unknown", "done", "failed", "under way"}
    assert await found(Filters(tool="purge_identities")) == {"done"}
    assert await found(Filters(pool_id=POOL, tool="delete_identity_pool", state="failed")) == {"failed"}
    assert await found(Filters(pool_id=POOL + "6")) == set()


async def test_the_tool_lists_changes_in_few_words(journal: Journal) -> None:
    refused = await journal.refused(LISTING, "RefusedByPolicy", "no")
    done = await journal.intended(deleting(undoes="chg-99999999", part_of="run-1"))
    await journal.finished(done, OK)
    first = await list_changes(journal, ListChangesInput(limit=1))
    assert first.model_dump(mode="json", exclude_none=True) == {
        "changes": [
            {
                "id": done,
                "at": "2027-01-15T08:00:00Z",
                "tool": "delete_identity_pool",
                "operation": "delete_identity_pool",
                "identity_pool_id": POOL,
                "identity_pool_name": "shop",
                "region": "us-east-1",
                "effect": "destroy",
                "decision": "confirm: default for destroy calls",
                "evidence": "answer",
                "decided_by": "me",
                "outcome": "done",
                "undoes": "chg-99999999",
                "part_of": "run-1",
            }
        ],
        "before": done,
    }
    second = await list_changes(journal, ListChangesInput(limit=1, before=first.before))
    assert second.model_dump(mode="json", exclude_none=True) == {
        "changes": [
            {
                "id": refused,
                "at": "2027-01-15T08:00:00Z",
                "tool": "list_identity_pools",
                "operation": "list_identity_pools",
                "region": "eu-west-1",
                "effect": "read",
                "decision": "refuse: tool list_identity_pools",
                "outcome": "refused: RefusedByPolicy",
            }
        ]
    }


async def test_the_tool_lists_what_nobody_knows(journal: Journal) -> None:
    await journal.refused(LISTING, "No", "no")
    unknown = await journal.intended(DELETING)
    await journal.finished(unknown, NO_ANSWER)
    (only,) = (await list_changes(journal, ListChangesInput(limit=50, unknown=True))).changes
    assert (only.id, only.outcome) == (unknown, "unknown")
    assert only.how_to_find_out is not None
    assert only.how_to_find_out.startswith("See whether describe_identity_pool still finds the pool.")


async def test_a_text_that_is_no_unicode_does_not_make_a_record_unreadable(journal: Journal) -> None:
    change_id = await journal.refused(LISTING, "No", "half \ud800 a character")
    assert (await journal.change(change_id)).refusal == Refusal("No", "half ? a character")
    assert (await journal.verify()).holds
