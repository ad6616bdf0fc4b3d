"""The fingerprint: the same for the same state, another for any change that counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cognito_identity_tools.operation import Operation
from cognito_identity_tools.operations.identities import IdentityDescription, ListIdentitiesResponse
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.operations.roles import GetIdentityPoolRolesResponse as PoolRoles
from cognito_identity_tools.service import Answer
from cognito_identity_tools.shapes import CognitoIdentityProvider, Shape

from .world import (
    ADMINS,
    ARN,
    DEVELOPER,
    FACEBOOK,
    GUESTS,
    USERS,
    Call,
    World,
    identity,
    pool,
    registered,
    roles,
    update,
)

ID = "us-east-1:11111111-2222-3333-4444-555555555555"
POOL = {"identity_pool_id": "<pool>"}
FOR_FACEBOOK = POOL | {"identity_provider_name": FACEBOOK}
FB = {FACEBOOK: "4711"}
DELETION = Call("delete_identity_pool", POOL)
TAG = Call("tag_resource", {"resource_arn": ARN, "tags": {"stage": "production"}})
ROLES = roles(authenticated=ADMINS)
SESSION_TAGS = Call("set_principal_tag_attribute_map", FOR_FACEBOOK | {"principal_tags": {"user": "sub"}})
OTHER_TAGS = Call("set_principal_tag_attribute_map", FOR_FACEBOOK | {"principal_tags": {"user": "aud"}})
ALICE = identity("alice", facebook="token of alice")
DELETION_OF_ALICE = Call("delete_identities", {"identity_ids_to_delete": ["<alice>"]})
TOKEN_FOR_BOB = registered("bob", "bob")
MERGE = Call(
    "merge_developer_identities",
    POOL
    | {
        "developer_provider_name": DEVELOPER,
        "source_user_identifier": "bob",
        "destination_user_identifier": "carol",
    },
)
LINKING = Call(
    "get_open_id_token_for_developer_identity",
    POOL | {"identity_id": "<alice>", "logins": {DEVELOPER: "dora", FACEBOOK: "token of alice"}},
)

CHANGED = {
    "a setting, before an update": (update(guests=True), update(classic=None)),
    "the roles, before an update of the pool": (update(guests=True), roles(unauthenticated=GUESTS)),
    "a setting, before a change of roles": (ROLES, update(guests=True)),
    "the roles, before a change of roles": (ROLES, roles(authenticated=USERS)),
    "an identity more, before the deletion of the pool": (DELETION, identity("dora", facebook="token of dora")),
    "a tag, before another value": (TAG, Call("tag_resource", {"resource_arn": ARN, "tags": {"stage": "test"}})),
    "a map where there was none": (SESSION_TAGS, OTHER_TAGS),
    "an identity that is gone": (DELETION_OF_ALICE, DELETION_OF_ALICE),
    "a login more, before the deletion of an identity": (DELETION_OF_ALICE, LINKING),
    "a user who is registered meanwhile": (TOKEN_FOR_BOB, TOKEN_FOR_BOB),
}
"""A call, and what happens between two assessments of it."""

EVERYTHING = (
    pool(developer_provider_name=DEVELOPER, supported_login_providers=FB, guests=False),
    ALICE,
    registered("carol", "carol"),
)


@pytest.mark.parametrize(("call", "meanwhile"), CHANGED.values(), ids=CHANGED)
async def test_a_change_that_counts_makes_another_fingerprint(world: World, call: Call, meanwhile: Call) -> None:
    await world.set_up(*EVERYTHING)
    before, again = (await world.assess(call)).fingerprint, (await world.assess(call)).fingerprint
    await world.run(Call(meanwhile.tool, meanwhile.members))
    assert before == again
    assert (await world.assess(call)).fingerprint != before


async def test_a_change_of_something_else_does_not(world: World) -> None:
    await world.set_up(*EVERYTHING)
    before = (await world.assess(TAG)).fingerprint
    await world.run(ROLES)
    assert (await world.assess(TAG)).fingerprint == before


async def test_the_users_of_a_large_pool_do_not_unsettle_its_deletion(world: World) -> None:
    await world.set_up(pool(guests=True), *(identity(f"guest{n}") for n in range(61)))
    before = (await world.assess(DELETION)).fingerprint
    await world.run(Call("get_id", POOL))
    assert (await world.assess(DELETION)).fingerprint == before


SETTINGS = IdentityPool.model_validate(
    {"identity_pool_id": ID, "identity_pool_name": "a pool", "allow_unauthenticated_identities": True}
)


class Answering:
    """Answers from a table of functions, one for each operation that may be asked."""

    def __init__(self, **answers: Callable[[], Shape]) -> None:
        self._answers = answers

    async def call(self, operation: Operation, request: Shape) -> Answer:  # noqa: ARG002 - the operation says enough
        return Answer(self._answers[operation.name]())


def shuffled(*orders: list[Any]) -> Callable[[], list[Any]]:
    """One order after the other."""
    following = iter(orders)
    return lambda: next(following)


async def test_the_order_in_which_the_service_lists_does_not_count() -> None:
    members = {"provider_name": "cognito-idp.us-east-1.amazonaws.com/a", "server_side_token_check": True}
    clients = [CognitoIdentityProvider.model_validate(members | {"client_id": each}) for each in "xy"]
    order = shuffled(clients, clients[::-1])
    service = Answering(
        describe_identity_pool=lambda: SETTINGS.model_copy(update={"cognito_identity_providers": order()}),
        get_identity_pool_roles=PoolRoles,
    )
    world = World(service, {"pool": ID})
    assert (await world.assess(update())).fingerprint == (await world.assess(update())).fingerprint


async def test_another_token_for_the_next_page_does_not_count() -> None:
    tokens = shuffled(["one"], ["two"])
    page = [IdentityDescription(identity_id=ID)]
    service = Answering(
        describe_identity_pool=lambda: SETTINGS,
        get_identity_pool_roles=PoolRoles,
        list_identities=lambda: ListIdentitiesResponse(identities=page, next_token=tokens()[0]),
    )
    world = World(service, {"pool": ID})
    first, second = await world.assess(DELETION), await world.assess(DELETION)
    assert first.fingerprint == second.fingerprint
    assert first.findings.counts == ("1+ identities",)
