"""A grant for pools by their name is no grant for a pool that was renamed to fit it."""

from __future__ import annotations

import time
from pathlib import Path

from cognito_identity_mcp.confirmation.grants import Bounds, Grants
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.interaction.clients import create_pool, fail, in_process, succeed

POLICY = '[effects]\noverwrite = "allow"\n'


async def grant(folder: Path, service: str) -> None:
    bounds = Bounds(
        operations=frozenset({"delete_identity_pool"}),
        place=f"AWS at {service}",
        region="us-east-1",
        expires_at=time.time() + 600,
        max_calls=9,
        pool_name="ci-*",
    )
    database = Database(StateFolder.at(folder))
    try:
        await Grants(database).add(bounds, "a test")
    finally:
        await database.aclose()


async def test_a_pool_that_was_renamed_after_the_grant_is_not_covered_and_others_are(
    tmp_path: Path, local_service: str
) -> None:
    policy, state = tmp_path / "policy.toml", tmp_path / "state"
    policy.write_text(POLICY)
    async with in_process(Settings(endpoint_url=local_service, state=state, policy=policy)) as client:
        early = await create_pool(client, identity_pool_name="production-1")
        await succeed(client, "patch_identity_pool", {"identity_pool_id": early, "identity_pool_name": "ci-early"})
        await grant(state, local_service)
        late = await create_pool(client, identity_pool_name="production-2")
        await succeed(client, "patch_identity_pool", {"identity_pool_id": late, "identity_pool_name": "ci-late"})
        made = await create_pool(client, identity_pool_name="ci-made")
        refused = await fail(client, "delete_identity_pool", {"identity_pool_id": late})
        assert refused["code"] == "ApprovalRequired"
        for pool in (early, made):
            assert await succeed(client, "delete_identity_pool", {"identity_pool_id": pool}) == {}
        names = [change.get("identity_pool_name") for change in (await succeed(client, "list_changes"))["changes"]]
        assert names[:2] == ["ci-made", "ci-early"]
