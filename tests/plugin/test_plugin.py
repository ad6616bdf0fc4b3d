"""The pytest plugin, as another project's tests use it."""

from __future__ import annotations

import pytest

from cognito_identity_mcp.pytest_plugin import CognitoIdentityLocal

_SUITE = """
import pytest

@pytest.mark.parametrize("turn", range(3))
def test_every_test_begins_with_an_empty_account(cognito_identity_local, turn):
    client = cognito_identity_local.client()
    assert client.list_identity_pools(MaxResults=60)["IdentityPools"] == []
    pool = client.create_identity_pool(IdentityPoolName="x", AllowUnauthenticatedIdentities=True)
    identity = client.get_id(IdentityPoolId=pool["IdentityPoolId"])["IdentityId"]
    listed = client.list_identities(IdentityPoolId=pool["IdentityPoolId"], MaxResults=60)["Identities"]
    assert [each["IdentityId"] for each in listed] == [identity]
"""


def test_a_suite_that_names_the_fixture_gets_the_service_and_isolation(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_SUITE)
    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=3)


def test_workers_beside_each_other_do_not_meet(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_SUITE)
    pytester.runpytest_subprocess("-p", "no:asyncio", "-n", "2").assert_outcomes(passed=3)


def test_reset_begins_again(cognito_identity_local: CognitoIdentityLocal) -> None:
    before = cognito_identity_local.client()
    before.create_identity_pool(IdentityPoolName="before", AllowUnauthenticatedIdentities=False)
    cognito_identity_local.reset()
    assert cognito_identity_local.client().list_identity_pools(MaxResults=60)["IdentityPools"] == []
    left = before.list_identity_pools(MaxResults=60)["IdentityPools"]
    assert [each.get("IdentityPoolName") for each in left] == ["before"]


async def test_the_async_client_sees_what_the_other_made(cognito_identity_local: CognitoIdentityLocal) -> None:
    pool = cognito_identity_local.client("eu-west-1").create_identity_pool(
        IdentityPoolName="shared", AllowUnauthenticatedIdentities=False
    )
    async with cognito_identity_local.async_client("eu-west-1") as client:
        described = await client.describe_identity_pool(IdentityPoolId=pool["IdentityPoolId"])
    assert described["IdentityPoolName"] == "shared"
    arn = (
        f"arn:aws:cognito-identity:eu-west-1:{cognito_identity_local.account_id}:identitypool/{pool['IdentityPoolId']}"
    )
    assert cognito_identity_local.client("eu-west-1").list_tags_for_resource(ResourceArn=arn)["Tags"] == {}
