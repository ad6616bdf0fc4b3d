"""`inspect_identity_pool`: everything of a pool in one answer, and a reason for whatever is not in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognito_identity_local.faults import Fault, FaultSettings
from cognito_identity_mcp.settings import Settings
from cognito_identity_tools.errors import ErrorCode
from tests.interaction.clients import Era, Facts, agreeing, fail, in_process, succeed
from tests.interaction.examples import POOL_ID
from tests.local_features.service import GOOGLE, Service, serving

from .pools import OIDC, SOUND, USER_POOL, USERS, created, described, rules

DEVELOPER = "login.example"
FULL = SOUND | {
    "allow_unauthenticated_identities": True,
    "developer_provider_name": DEVELOPER,
    "open_id_connect_provider_arns": [OIDC],
    "supported_login_providers": {GOOGLE: "app"},
}
ROLES: Facts = {"roles": {"authenticated": USERS}, "role_mappings": {f"{USER_POOL}:app": rules()}}


def populated(service: Service, pool: str) -> None:
    """Two guests, two users, and one identity that was merged into another."""
    for _ in range(2):
        service.get_id(pool)
    for user in ("ann", "bob", "bob too"):
        service.call("GetOpenIdTokenForDeveloperIdentity", IdentityPoolId=pool, Logins={DEVELOPER: user})
    users = {"SourceUserIdentifier": "bob too", "DestinationUserIdentifier": "bob"}
    service.call("MergeDeveloperIdentities", IdentityPoolId=pool, DeveloperProviderName=DEVELOPER, **users)


async def test_everything_of_a_pool_comes_in_one_answer(era: Era) -> None:
    with serving() as service:
        async with in_process(Settings(endpoint_url=service.url), agreeing(), era) as client:
            pool = await created(client, FULL, ROLES)
            tags = {"identity_pool_id": pool, "identity_provider_name": OIDC, "principal_tags": {"who": "sub"}}
            await succeed(client, "set_principal_tag_attribute_map", tags)
            populated(service, pool)
            inspected = await succeed(client, "inspect_identity_pool", {"identity_pool_id": pool})
            assert inspected == {
                "identity_pool": await described(client, pool),
                **ROLES,
                "principal_tags": [
                    {"identity_provider_name": OIDC, "use_defaults": False, "principal_tags": {"who": "sub"}}
                ],
                "identities": {"total": 5, "guests": 2, "linked": 2, "disabled": 1, "at_least": False},
            }


async def test_counting_ends_at_its_bound_and_says_so(settings: Settings) -> None:
    async with in_process(settings) as client:
        pool = await created(client, FULL)
        for _ in range(61):
            await succeed(client, "get_id", {"identity_pool_id": pool})
        arguments = {"identity_pool_id": pool, "max_identities": 60}
        counts = (await succeed(client, "inspect_identity_pool", arguments))["identities"]
        none = await succeed(client, "inspect_identity_pool", arguments | {"max_identities": 0})
    assert counts == {"total": 60, "guests": 60, "linked": 0, "disabled": 0, "at_least": True}
    assert "identities" not in none


@pytest.mark.parametrize(
    ("operation", "missing"),
    [
        ("GetIdentityPoolRoles", ["roles"]),
        ("ListIdentities", ["identities"]),
        ("GetPrincipalTagAttributeMap", [f"principal_tags of {USER_POOL}"]),
        ("DescribeIdentityPool", ["identity_pool", "principal_tags"]),
    ],
)
async def test_what_is_denied_is_named_and_the_rest_is_there(operation: str, missing: list[str]) -> None:
    denied = FaultSettings(faults=(Fault(operation, ErrorCode.ACCESS_DENIED, 1.0),))
    with serving(faults=denied) as service:
        pool = service.create_pool(
            CognitoIdentityProviders=[{"ProviderName": USER_POOL, "ClientId": "app"}], SupportedLoginProviders={}
        )
        service.call("SetIdentityPoolRoles", IdentityPoolId=pool, Roles={"authenticated": USERS})
        async with in_process(Settings(endpoint_url=service.url)) as client:
            inspected = await succeed(client, "inspect_identity_pool", {"identity_pool_id": pool})
    assert [each["what"] for each in inspected["not_read"]] == missing
    assert f"cognito-identity:{operation}" in inspected["not_read"][0]["reason"]
    members = {"identity_pool", "roles", "identities", "not_read"}
    assert inspected.keys() == members - set(missing)


POLICY = """\
[operations]
list_identities = "{}"
"""


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (
            "refuse",
            (
                "RefusedByPolicy: inspect_identity_pool was not carried out. The policy refuses this read call: policy "
                "file, operations.list_identities. Nothing was changed."
            ),
        ),
        (
            "confirm",
            (
                "ConsentRequired: inspect_identity_pool was not carried out. It needs list_identities, which needs a "
                "human's consent: policy file, operations.list_identities. Nothing was changed."
            ),
        ),
    ],
)
async def test_a_read_that_the_policy_does_not_simply_allow_is_named(
    local_service: str, tmp_path: Path, verdict: str, reason: str
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(POLICY.format(verdict))
    human = agreeing()
    async with in_process(Settings(endpoint_url=local_service, policy=file), human) as client:
        pool = await created(client, SOUND)
        inspected = await succeed(client, "inspect_identity_pool", {"identity_pool_id": pool})
        assert inspected == {
            "identity_pool": await described(client, pool),
            "not_read": [{"what": "identities", "reason": reason}],
        }
    assert human.questions == []


async def test_where_the_policy_wants_consent_for_the_tool_a_human_is_asked_once_for_all_reads(
    local_service: str, tmp_path: Path, era: Era
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('[operations]\ninspect_identity_pool = "confirm"\n')
    human = agreeing()
    async with in_process(Settings(endpoint_url=local_service, policy=file), human, era) as client:
        pool = await created(client, SOUND)
        inspected = await succeed(client, "inspect_identity_pool", {"identity_pool_id": pool})
        assert inspected == {
            "identity_pool": await described(client, pool),
            "identities": {"total": 0, "guests": 0, "linked": 0, "disabled": 0, "at_least": False},
        }
    (question,) = human.questions
    assert question.message.splitlines()[0] == (
        f"Inspect identity pool: Reads settings, roles, principal tags, tags and identities of {pool}."
    )


async def test_a_pool_that_does_not_exist_is_an_error(settings: Settings) -> None:
    async with in_process(settings) as client:
        error = await fail(client, "inspect_identity_pool", {"identity_pool_id": POOL_ID})
    assert error["code"] == "ResourceNotFoundException"
