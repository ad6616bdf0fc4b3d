"""The secrets of login providers' apps (Twitter's and Digits' stand behind the app's key) in results."""

from __future__ import annotations

import pytest

from cognito_identity_mcp.settings import Secrets, Settings
from tests.interaction.clients import Facts, agreeing, create_pool, fail, in_process, succeed

KEY, SECRET = "app-key", "app-secret-canary"
TWITTER = "api.twitter.com"


@pytest.mark.parametrize("mode", [Secrets.HANDOFF, Secrets.WITHHOLD, Secrets.INLINE])
async def test_they_are_in_results_only_where_secrets_are_shown(local_service: str, mode: Secrets) -> None:
    async with in_process(Settings(endpoint_url=local_service, secrets=mode), agreeing()) as client:
        pool = await create_pool(client, supported_login_providers={TWITTER: f"{KEY};{SECRET}"})
        address: Facts = {"identity_pool_id": pool}
        described = await succeed(client, "describe_identity_pool", address)
        others = [
            await succeed(client, "inspect_identity_pool", address),
            await succeed(client, "patch_identity_pool", {**address, "identity_pool_name": "another name"}),
        ]
    shown = f"{KEY};{SECRET if mode is Secrets.INLINE else '(withheld)'}"
    assert described["supported_login_providers"] == {TWITTER: shown}
    assert [each["identity_pool"]["supported_login_providers"] for each in others] == [{TWITTER: shown}] * 2


async def test_what_stands_for_one_cannot_be_written_back_in_its_place(local_service: str) -> None:
    providers = {TWITTER: f"{KEY};{SECRET}"}
    async with in_process(Settings(endpoint_url=local_service), agreeing()) as client:
        pool = await create_pool(client, supported_login_providers=providers)
        described = await succeed(client, "describe_identity_pool", {"identity_pool_id": pool})
        error = await fail(client, "update_identity_pool", described)
        await succeed(client, "patch_identity_pool", {"identity_pool_id": pool, "allow_classic_flow": True})
    async with in_process(Settings(endpoint_url=local_service, secrets=Secrets.INLINE)) as client:
        still = await succeed(client, "describe_identity_pool", {"identity_pool_id": pool})
    assert (error["code"], [each["path"] for each in error["problems"]]) == (
        "InvalidInput",
        [f"supported_login_providers.{TWITTER}"],
    )
    assert still == described | {
        "supported_login_providers": providers,
        "allow_classic_flow": True,
    }
