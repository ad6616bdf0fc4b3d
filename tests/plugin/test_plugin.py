"""The pytest plugin, as another project's tests use it."""

from __future__ import annotations

import time

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
_OWN_CLIENTS = """
import boto3
import pytest

ROLES = {"unauthenticated": "arn:aws:iam::123456789012:role/guests"}

def set_up():
    client = boto3.client("cognito-identity")
    pool = client.create_identity_pool(IdentityPoolName="x", AllowUnauthenticatedIdentities=True)["IdentityPoolId"]
    client.set_identity_pool_roles(IdentityPoolId=pool, Roles=ROLES)
    client.close()
    return pool

@pytest.mark.parametrize("turn", range(2))
def test_code_that_makes_its_own_clients(cognito_identity_local_environment, turn):
    client = cognito_identity_local_environment.client()
    pool = set_up()
    assert client.get_identity_pool_roles(IdentityPoolId=pool)["Roles"] == ROLES
    assert [each["IdentityPoolId"] for each in client.list_identity_pools(MaxResults=60)["IdentityPools"]] == [pool]

def test_only_where_it_is_asked_for(cognito_identity_local):
    elsewhere = boto3.Session().client("cognito-identity", region_name="us-east-1")
    assert elsewhere.meta.endpoint_url == "https://cognito-identity.us-east-1.amazonaws.com"
"""
_SEEDED = """
from pathlib import Path

import pytest
from cognito_identity_local.server import LocalSettings
from cognito_identity_mcp.pytest_plugin import CognitoIdentityLocal

POOL = "us-east-1:11111111-2222-4333-8444-555555555555"

@pytest.fixture(scope="session")
def cognito_identity_local_settings():
    return LocalSettings(port=0, account_id="444455556666", seed=Path(__file__).with_name("pools.toml"))

@pytest.fixture(scope="module")
def shared(cognito_identity_local_url):
    local = CognitoIdentityLocal(cognito_identity_local_url, account_id="111122223333")
    local.client().create_identity_pool(IdentityPoolName="shared", AllowUnauthenticatedIdentities=False)
    yield local
    local.close()

@pytest.mark.parametrize("turn", range(2))
def test_every_test_begins_with_the_seed(cognito_identity_local, shared, turn):
    client = cognito_identity_local.client()
    assert cognito_identity_local.account_id == "444455556666"
    client.delete_identity_pool(IdentityPoolId=POOL)
    assert client.list_identity_pools(MaxResults=60)["IdentityPools"] == []
    (pool,) = shared.client().list_identity_pools(MaxResults=60)["IdentityPools"]
    assert pool["IdentityPoolName"] == "shared"
"""
_SEED = """
[[Pools]]
IdentityPoolId = "us-east-1:11111111-2222-4333-8444-555555555555"
IdentityPoolName = "seeded"
AllowUnauthenticatedIdentities = true
"""


def test_a_suite_that_names_the_fixture_gets_the_service_and_isolation(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_SUITE)
    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=3)


def test_workers_beside_each_other_do_not_meet(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_SUITE)
    pytester.runpytest_subprocess("-p", "no:asyncio", "-n", "2").assert_outcomes(passed=3)


def test_the_environment_leads_other_clients_to_the_service(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(_OWN_CLIENTS)
    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=3)


def test_the_service_is_started_with_other_settings_and_shared_by_accounts(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_SEEDED)
    pytester.makefile(".toml", pools=_SEED)
    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=2)


def test_reset_begins_again(cognito_identity_local: CognitoIdentityLocal) -> None:
    client = cognito_identity_local.client()
    other = CognitoIdentityLocal(cognito_identity_local.url, account_id="111122223333")
    for each in (client, other.client()):
        each.create_identity_pool(IdentityPoolName="before", AllowUnauthenticatedIdentities=False)
    cognito_identity_local.reset()
    assert client.list_identity_pools(MaxResults=60)["IdentityPools"] == []
    left = other.client().list_identity_pools(MaxResults=60)["IdentityPools"]
    assert [each.get("IdentityPoolName") for each in left] == ["before"]
    other.reset()
    other.close()


def test_what_cannot_be_reset_says_so(cognito_identity_local: CognitoIdentityLocal) -> None:
    with pytest.raises(RuntimeError, match=r"was not reset: .*AccountId"):
        CognitoIdentityLocal(cognito_identity_local.url, account_id="staging").reset()


def test_the_clock_of_a_test_is_the_services_too(
    cognito_identity_local: CognitoIdentityLocal, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cognito_identity_local.client()
    pool = client.create_identity_pool(IdentityPoolName="old", AllowUnauthenticatedIdentities=True)["IdentityPoolId"]
    monkeypatch.setattr(time, "time", lambda: 1_600_000_000.5)
    identity = client.get_id(IdentityPoolId=pool)["IdentityId"]
    assert client.describe_identity(IdentityId=identity)["CreationDate"].timestamp() == 1_600_000_000.5


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
