"""Reading live state: only reads, each once, with everything remembered."""

from __future__ import annotations

import pytest

from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Effect

from .world import DEVELOPER, FACEBOOK, World, pool, registered

CHANGES = [name for name, row in OPERATIONS.items() if row.effect is not Effect.READ]


@pytest.mark.parametrize("operation", CHANGES)
async def test_nothing_but_reads_can_be_asked_for(world: World, operation: str) -> None:
    with pytest.raises(KeyError):
        await Live(world).read(operation)
    assert world.sent == []


async def test_a_read_goes_out_once(world: World) -> None:
    await world.set_up(pool(identity_pool_tags={"stage": "test"}))
    live, members = Live(world), {"identity_pool_id": world.names["pool"]}
    assert live.known("describe_identity_pool", **members) is None
    found = await live.read("describe_identity_pool", **members)
    assert await live.pool(world.names["pool"]) == Pool(world.names["pool"], "a pool", {"stage": "test"})
    assert live.known("describe_identity_pool", **members) is found
    assert [operation.name for operation in world.sent] == ["describe_identity_pool"]
    assert [image.operation for image in live.images] == ["describe_identity_pool"]


async def test_what_is_not_there_is_remembered_without_an_image(world: World) -> None:
    await world.set_up(pool())
    live, untouched = Live(world), Live(world).fingerprint
    members = {"identity_pool_id": world.names["pool"], "identity_provider_name": FACEBOOK}
    for _ in range(2):
        assert await live.find("get_principal_tag_attribute_map", **members) is None
    assert [operation.name for operation in world.sent] == ["get_principal_tag_attribute_map"]
    assert live.images == ()
    assert live.fingerprint != untouched


async def test_finding_hides_no_other_error(world: World) -> None:
    await world.set_up(pool(developer_provider_name=DEVELOPER), registered("bob", "bob"), registered("carol", "carol"))
    mismatch = {
        "identity_pool_id": world.names["pool"],
        "identity_id": world.names["bob"],
        "developer_user_identifier": "carol",
    }
    with pytest.raises(CognitoIdentityError) as failed:
        await Live(world).find("lookup_developer_identity", **mismatch)
    assert failed.value.code == ErrorCode.RESOURCE_CONFLICT
