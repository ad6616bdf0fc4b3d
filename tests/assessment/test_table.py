"""Assessing steps: one or several, with the pool they are about and the state they rest on."""

from __future__ import annotations

from typing import Any

from cognito_identity_mcp.assessment.model import Assessment, Change, Findings, Image, Pool
from cognito_identity_mcp.assessment.table import ASSESSORS
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect

from .world import ADMINS, ARN, FACEBOOK, USERS, Call, World, identity, pool, roles, update

LOOK = Call("describe_identity_pool", {"identity_pool_id": "<pool>"})
LOOK_AT_ALICE = Call("describe_identity", {"identity_id": "<alice>"})
TAG = Call("tag_resource", {"resource_arn": ARN, "tags": {"owner": "me"}})
DELETION = Call("delete_identity_pool", {"identity_pool_id": "<pool>"})
POOL = Pool("<pool>", "a pool", {"stage": "test"})


def test_there_is_one_assessor_for_every_operation_that_is_not_a_read() -> None:
    assert list(ASSESSORS) == [name for name, row in OPERATIONS.items() if row.effect is not Effect.READ]
    assert len(ASSESSORS) == 15


async def test_a_read_is_assessed_without_reading(world: World) -> None:
    await world.set_up(pool())
    found = await world.assess(LOOK)
    assert found == Assessment(
        Findings(Effect.READ, "Changes nothing."), found.fingerprint, (), world.filled(Pool("<pool>"))
    )
    assert world.sent == []


async def test_the_pool_is_read_for_a_policy_that_wants_it(world: World) -> None:
    await world.set_up(pool(identity_pool_tags={"stage": "test"}))
    assert (await world.assess(LOOK, pool_wanted=True)).pool == world.filled(POOL)
    assert (await world.assess(TAG, pool_wanted=True)).pool == world.filled(POOL)


async def test_a_mild_call_does_not_read_the_pool_for_its_name(world: World) -> None:
    await world.set_up(pool(identity_pool_tags={"stage": "test"}))
    assert (await world.assess(TAG)).pool == world.filled(Pool("<pool>"))
    assert [operation.name for operation in world.sent] == ["list_tags_for_resource"]


async def test_a_grave_call_does(world: World) -> None:
    await world.set_up(pool(identity_pool_tags={"stage": "test"}))
    untagging = Call("untag_resource", {"resource_arn": ARN, "tag_keys": ["stage"]})
    assert (await world.assess(untagging)).pool == world.filled(POOL)


async def test_a_call_that_names_no_pool_has_none(world: World) -> None:
    await world.set_up(pool(supported_login_providers={FACEBOOK: "4711"}), identity("alice", facebook="token"))
    assert (await world.assess(LOOK_AT_ALICE, pool_wanted=True)).pool is None


async def test_what_was_read_is_kept_as_images(world: World) -> None:
    await world.set_up(pool(), roles(authenticated=USERS))
    found = await world.assess(roles(authenticated=ADMINS))
    members = {"identity_pool_id": "<pool>"}
    settings: dict[str, Any] = {
        "identity_pool_name": "a pool",
        "allow_unauthenticated_identities": False,
        "allow_classic_flow": False,
        "identity_pool_tags": {},
    }
    assert found.images == world.filled(
        (
            Image("describe_identity_pool", members, members | settings),
            Image("get_identity_pool_roles", members, members | {"roles": {"authenticated": USERS}}),
        )
    )


async def test_several_steps_are_one_assessment_and_each_state_is_read_once(world: World) -> None:
    await world.set_up(pool(identity_pool_tags={"stage": "test"}))
    found = await world.assess(TAG, DELETION, update(classic=True), DELETION)
    deleting = 'Deletes identity pool "a pool" and every identity in it for good; its users lose access at once.'
    counts = ("0 identities", "1 tag")
    assert found.findings == Findings(
        Effect.DESTROY,
        "Of the pool's tags: adds owner. "
        f'{deleting} Replaces the settings of identity pool "a pool": allow_classic_flow. {deleting}',
        changes=(Change("tags.owner", None, "me"), Change("allow_classic_flow", False, True)),
        counts=counts + counts,
        warnings=(
            "Every app that has the pool's id built in stops working; a new pool has another id.",
            (
                "Classic flow is opened: apps can then take any role that trusts the pool, without the limits of the "
                "enhanced flow."
            ),
        ),
        way_back=(
            "Nothing comes back: neither the pool's id nor the ids of its identities. undo_change puts the former "
            "settings back."
        ),
        typed="destroy in 2 steps",
    )
    assert [operation.name for operation in world.sent] == [
        "list_tags_for_resource",
        "describe_identity_pool",
        "get_identity_pool_roles",
        "list_identities",
    ]


async def test_one_destruction_among_other_steps_is_typed_as_if_alone(world: World) -> None:
    await world.set_up(pool(guests=True), identity("guest"))
    token = Call("get_open_id_token", {"identity_id": "<guest>"})
    deletion = Call("delete_identities", {"identity_ids_to_delete": ["<guest>"]})
    found = await world.findings(deletion, token)
    assert (found.effect, found.typed) == (Effect.DESTROY, world.names["guest"])


async def test_deletions_in_batches_count_as_one(world: World) -> None:
    await world.set_up(pool(guests=True), *(identity(f"guest{n}") for n in range(3)))
    batches = [Call("delete_identities", {"identity_ids_to_delete": [f"<guest{n}>"]}) for n in range(3)]
    found = await world.findings(*batches, batches[0])
    assert (found.counts, found.typed) == (("3 identities", "3 guests"), "delete 3 identities")
    assert found.consequence == "Deletes 3 identities for good; the same users get new ids next time."


async def test_a_line_break_in_a_name_does_not_make_a_sentence_of_its_own(world: World) -> None:
    await world.set_up(pool(identity_pool_name="a pool\nof mine"))
    found = await world.findings(DELETION)
    assert found.consequence.startswith('Deletes identity pool "a pool of mine" and')
    assert found.typed == "a pool\nof mine"
