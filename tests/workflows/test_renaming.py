"""A grant for pools by their name is no grant for a pool that was renamed to fit it."""

from __future__ import annotations

import time
from pathlib import Path

from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.confirmation.grants import Bounds, Grants
from cognito_identity_mcp.journal.journal import begun
from cognito_identity_mcp.journal.records import Opening, Refusal
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from tests.interaction.clients import create_pool, fail, in_process, succeed
from tests.journal.attempts import deleting

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


async def much_happens(folder: Path, pool: Pool) -> None:
    """More is refused than anybody would page through."""
    opening = Opening(deleting(pool=pool), refusal=Refusal("ApprovalRequired", "Nothing was changed."))
    database = Database(StateFolder.at(folder))
    async with database.transaction() as connection:
        for _ in range(1200):
            await begun(connection, "refused", time.time(), opening)
    await database.aclose()


async def test_whatever_happened_since_a_pool_was_renamed_its_name_is_not_forgotten(
    tmp_path: Path, local_service: str
) -> None:
    policy, state = tmp_path / "policy.toml", tmp_path / "state"
    policy.write_text(POLICY)
    await grant(state, local_service)
    async with in_process(Settings(endpoint_url=local_service, state=state, policy=policy)) as client:
        pool = await create_pool(client, identity_pool_name="production")
        await succeed(client, "patch_identity_pool", {"identity_pool_id": pool, "identity_pool_name": "ci-renamed"})
        await much_happens(state, Pool(pool, "ci-renamed"))
        refused = await fail(client, "delete_identity_pool", {"identity_pool_id": pool})
        assert refused["code"] == "ApprovalRequired"
