"""Pools: what is stored, what an update replaces, what a deletion takes along (fact sheet §5, §6.1–6.5)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from cognito_identity_local import errors
from cognito_identity_local.quotas import Quotas
from cognito_identity_local.server import LocalSettings, embedded

from .client import Client, Refused, post
from .people import ALL_PROVIDERS, CLIENT, DEVELOPER, GOOGLE, USER_POOL, claims_of, google

FULL: dict[str, Any] = {
    "identity_pool_name": "Full pool",
    "allow_unauthenticated_identities": False,
    "allow_classic_flow": True,
    **ALL_PROVIDERS,
    "identity_pool_tags": {"team": "a"},
}


def aws_members(members: dict[str, Any]) -> dict[str, Any]:
    names = {"saml_provider_arns": "SamlProviderARNs", "open_id_connect_provider_arns": "OpenIdConnectProviderARNs"}
    return {names.get(k) or "".join(p.capitalize() for p in k.split("_")): v for k, v in members.items()}


def missing(pool: str) -> Refused:
    return Refused("ResourceNotFoundException", f"IdentityPool '{pool}' not found.")


@pytest.mark.holds(
    "identity_pools-02", "identity_pools-03", "identity_pools-07", "identity_pools-12", "identity_pools-01"
)
def test_a_plain_pool_has_no_members_that_were_not_set(aws: Client) -> None:
    created = aws.call("create_identity_pool", identity_pool_name="Plain", allow_unauthenticated_identities=False)
    assert created == {
        "IdentityPoolId": created["IdentityPoolId"],
        "IdentityPoolName": "Plain",
        "AllowUnauthenticatedIdentities": False,
        "IdentityPoolTags": {},
    }
    assert aws.call("describe_identity_pool", identity_pool_id=created["IdentityPoolId"]) == created


@pytest.mark.holds("identity_pools-01", "identity_pools-05", "identity_pools-06", "identity_pools-10", "identifiers-08")
def test_a_pool_with_everything_comes_back_as_it_was_sent(aws: Client) -> None:
    created = aws.call("create_identity_pool", **FULL)
    assert created == {"IdentityPoolId": created["IdentityPoolId"], **aws_members(FULL)}
    assert aws.call("describe_identity_pool", identity_pool_id=created["IdentityPoolId"]) == created


@pytest.mark.holds("unknowns-11")
def test_empty_collections_count_as_not_set(aws: Client) -> None:
    created = aws.call(
        "create_identity_pool",
        identity_pool_name="p",
        allow_unauthenticated_identities=True,
        supported_login_providers={},
        cognito_identity_providers=[],
        saml_provider_arns=[],
    )
    assert created.keys() == {
        "IdentityPoolId",
        "IdentityPoolName",
        "AllowUnauthenticatedIdentities",
        "IdentityPoolTags",
    }


@pytest.mark.holds("identity_pools-08")
def test_names_are_not_unique(aws: Client) -> None:
    assert aws.create_pool(identity_pool_name="twin") != aws.create_pool(identity_pool_name="twin")


@pytest.mark.holds("errors-21")
@pytest.mark.parametrize(
    "entry",
    [{"ProviderName": "cognito-idp/us-east-1_A", "ClientId": "c"}, {"ClientId": "c"}, {"ProviderName": USER_POOL}],
    ids=["shape", "no name", "no client"],
)
def test_a_user_pool_has_to_look_like_one(aws: Client, entry: dict[str, str]) -> None:
    settings = {"identity_pool_name": "p", "allow_unauthenticated_identities": True}
    expected = Refused("InvalidParameterException", "Invalid Cognito Identity Provider")
    assert aws.refused("create_identity_pool", **settings, cognito_identity_providers=[entry]) == expected
    pool = aws.create_pool()
    assert (
        aws.refused("update_identity_pool", identity_pool_id=pool, **settings, cognito_identity_providers=[entry])
        == expected
    )


@pytest.mark.holds(
    "identity_pools-16", "identity_pools-17", "identity_pools-19", "identity_pools-01", "unknowns-08", "unknowns-09"
)
def test_an_update_replaces_everything_but_the_developer_name_and_the_tags(aws: Client) -> None:
    pool = aws.create_pool(**FULL)
    updated = aws.call(
        "update_identity_pool", identity_pool_id=pool, identity_pool_name="New", allow_unauthenticated_identities=True
    )
    assert updated == {
        "IdentityPoolId": pool,
        "IdentityPoolName": "New",
        "AllowUnauthenticatedIdentities": True,
        "DeveloperProviderName": DEVELOPER,
        "IdentityPoolTags": {"team": "a"},
    }
    assert aws.call("describe_identity_pool", identity_pool_id=pool) == updated


@pytest.mark.holds("identity_pools-14", "identity_pools-18", "unknowns-08", "unknowns-10")
def test_an_update_replaces_the_tags_that_it_names_and_may_set_a_developer_name_once(aws: Client) -> None:
    pool = aws.create_pool(identity_pool_tags={"a": "1", "b": "2"})
    base = {"identity_pool_id": pool, "identity_pool_name": "p", "allow_unauthenticated_identities": True}
    updated = aws.call("update_identity_pool", **base, developer_provider_name="first", identity_pool_tags={"c": "3"})
    assert (updated["IdentityPoolTags"], updated["DeveloperProviderName"]) == ({"c": "3"}, "first")
    assert aws.refused("update_identity_pool", **base, developer_provider_name="second") == Refused(
        "InvalidParameterException", errors.LOCAL_DEVELOPER_NAME_FIXED
    )


@pytest.mark.local_only
@pytest.mark.holds("identity_pools-23", "identity_pools-24", "errors-02")
def test_deleting_a_pool_takes_its_identities_along(aws: Client) -> None:
    pool = aws.create_pool(**ALL_PROVIDERS)
    guest, user = aws.get_id(pool), aws.get_id(pool, {GOOGLE: google("ann")})
    assert aws.call("delete_identity_pool", identity_pool_id=pool) == {}
    assert aws.refused("delete_identity_pool", identity_pool_id=pool) == missing(pool)
    for identity in (guest, user):
        expected = Refused("ResourceNotFoundException", f"Identity '{identity}' not found.")
        assert aws.refused("describe_identity", identity_id=identity) == expected
        assert aws.refused("get_open_id_token", identity_id=identity) == expected


@pytest.mark.holds("errors-01", "identity_pools-15")
def test_whatever_names_a_pool_says_that_it_is_not_there(aws: Client) -> None:
    pool = "us-east-1:00000000-0000-4000-8000-000000000000"
    named: dict[str, dict[str, Any]] = {
        "delete_identity_pool": {},
        "describe_identity_pool": {},
        "update_identity_pool": {"identity_pool_name": "p", "allow_unauthenticated_identities": True},
        "get_identity_pool_roles": {},
        "set_identity_pool_roles": {"roles": {}},
        "get_id": {},
        "list_identities": {"max_results": 1},
        "lookup_developer_identity": {"developer_user_identifier": "u"},
        "merge_developer_identities": {
            "source_user_identifier": "a",
            "destination_user_identifier": "b",
            "developer_provider_name": "d",
        },
        "unlink_developer_identity": {
            "identity_id": pool,
            "developer_user_identifier": "a",
            "developer_provider_name": "d",
        },
        "get_open_id_token_for_developer_identity": {"logins": {"d": "u"}},
        "get_principal_tag_attribute_map": {"identity_provider_name": "x"},
        "set_principal_tag_attribute_map": {"identity_provider_name": "x"},
    }
    refused = {name: aws.refused(name, identity_pool_id=pool, **members) for name, members in named.items()}
    assert refused == dict.fromkeys(named, missing(pool))


@pytest.mark.local_only
@pytest.mark.holds(
    "errors-01", "service-12", "unknowns-04", "unknowns-05", "unknowns-17", "identities-19", "identity_pools-25"
)
def test_other_regions_and_accounts_do_not_exist(url: str) -> None:
    home, abroad, stranger = Client(url), Client(url, region="eu-west-1"), Client(url, key="999999999999")
    try:
        pool = home.create_pool(developer_provider_name=DEVELOPER)
        arn = f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool}"
        identity = home.get_id(pool)
        for other in (abroad, stranger):
            assert other.refused("describe_identity_pool", identity_pool_id=pool) == missing(pool)
            assert other.refused("list_tags_for_resource", resource_arn=arn) == missing(pool)
            assert other.refused("describe_identity", identity_id=identity).code == "ResourceNotFoundException"
            assert other.call("delete_identities", identity_ids_to_delete=[identity]) == {
                "UnprocessedIdentityIds": [{"IdentityId": identity, "ErrorCode": "AccessDenied"}]
            }
        unknown = "us-east-1:00000000-0000-c000-0000-000000000000"
        assert abroad.call("delete_identities", identity_ids_to_delete=[unknown]) == {
            "UnprocessedIdentityIds": [{"IdentityId": unknown, "ErrorCode": "AccessDenied"}]
        }
        foreign = post(url, "GetId", {"IdentityPoolId": pool, "AccountId": "999999999999"}, signed=False)
        assert foreign.json["message"] == f"IdentityPool '{pool}' not found."
        assert stranger.create_pool() in [
            row["IdentityPoolId"] for row in stranger.call("list_identity_pools", max_results=60)["IdentityPools"]
        ]
        assert home.call("describe_identity", identity_id=identity)["IdentityId"] == identity
    finally:
        for client in (home, abroad, stranger):
            client.close()


@pytest.mark.local_only
@pytest.mark.holds("identity_pools-13", "quotas-01", "unknowns-02")
def test_quotas_of_pools_and_of_user_pools() -> None:
    with embedded(LocalSettings(port=0, quotas=Quotas(pools=2))) as url:
        client = Client(url)
        client.create_pool()
        client.create_pool()
        settings = {"identity_pool_name": "p", "allow_unauthenticated_identities": True}
        expected = Refused("LimitExceededException", errors.LOCAL_TOO_MANY_POOLS.format(2))
        assert client.refused("create_identity_pool", **settings) == expected
        for elsewhere in (Client(url, region="eu-west-1"), Client(url, key="999999999999")):
            elsewhere.create_pool()
            elsewhere.close()
        assert client.refused("create_identity_pool", **settings) == expected
        entries = [{"ProviderName": USER_POOL, "ClientId": f"{CLIENT}{n}"} for n in range(51)]
        assert client.refused("create_identity_pool", **settings, cognito_identity_providers=entries) == Refused(
            "LimitExceededException", errors.LOCAL_TOO_MANY_USER_POOLS.format(50)
        )
        client.close()


@pytest.mark.holds("identity_pools-20", "identity_pools-04", "unknowns-09")
def test_an_update_without_the_classic_flow_opens_it_again(aws: Client) -> None:
    pool = aws.create_pool(allow_classic_flow=False)
    guest = aws.get_id(pool)
    assert aws.refused("get_open_id_token", identity_id=guest).code == "InvalidParameterException"
    base = {"identity_pool_id": pool, "identity_pool_name": "p", "allow_unauthenticated_identities": True}
    assert "AllowClassicFlow" not in aws.call("update_identity_pool", **base)
    assert aws.call("get_open_id_token", identity_id=guest)["IdentityId"] == guest


@pytest.mark.local_only
@pytest.mark.holds("identity_pools-21")
def test_an_update_touches_neither_roles_nor_principal_tags(aws: Client) -> None:
    pool = aws.create_pool(**FULL)
    mapping = {GOOGLE: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    roles = {"authenticated": "arn:aws:iam::123456789012:role/user"}
    aws.call("set_identity_pool_roles", identity_pool_id=pool, roles=roles, role_mappings=mapping)
    named = {"identity_pool_id": pool, "identity_provider_name": GOOGLE}
    tags = aws.call("set_principal_tag_attribute_map", **named, principal_tags={"a": "b"})
    before = aws.call("get_identity_pool_roles", identity_pool_id=pool)
    aws.call(
        "update_identity_pool", identity_pool_id=pool, identity_pool_name="p", allow_unauthenticated_identities=True
    )
    assert aws.call("get_identity_pool_roles", identity_pool_id=pool) == before
    assert aws.call("get_principal_tag_attribute_map", **named) == tags


@pytest.mark.local_only
@pytest.mark.holds("identity_pools-22", "errors-08")
def test_another_app_id_shuts_out_the_users_of_the_old_one(aws: Client) -> None:
    pool = aws.create_pool(supported_login_providers={GOOGLE: "google-app"})
    ann = aws.get_id(pool, {GOOGLE: google("ann")})
    base = {"identity_pool_id": pool, "identity_pool_name": "p", "allow_unauthenticated_identities": True}
    aws.call("update_identity_pool", **base, supported_login_providers={GOOGLE: "new-app"})
    assert aws.refused("get_id", identity_pool_id=pool, logins={GOOGLE: google("ann")}) == Refused(
        "NotAuthorizedException", "Token is not from a supported provider of this identity pool."
    )
    assert aws.get_id(pool, {GOOGLE: google("ann", aud="new-app")}) == ann


@pytest.mark.holds("identity_pools-28", "identity_pools-25")
def test_the_sdk_pages_through_the_pools(aws: Client) -> None:
    made = [aws.create_pool() for _ in range(3)]
    assert [pool for pool in aws.pools(page_size=1) if pool in made] == made


@pytest.mark.holds("unknowns-12", "identity_pools-05")
@pytest.mark.parametrize("given", [{}, {"ServerSideTokenCheck": False}, {"ServerSideTokenCheck": True}])
def test_the_server_side_token_check_comes_back_as_it_was_given(aws: Client, given: dict[str, bool]) -> None:
    entries = [{"ProviderName": USER_POOL, "ClientId": CLIENT, **given}]
    pool = aws.create_pool(cognito_identity_providers=entries)
    assert aws.call("describe_identity_pool", identity_pool_id=pool)["CognitoIdentityProviders"] == entries


@pytest.mark.holds("identity_pools-06")
def test_collections_keep_their_order(aws: Client) -> None:
    entries = [{"ProviderName": USER_POOL, "ClientId": client} for client in ("z", "a", "m")]
    pool = aws.create_pool(cognito_identity_providers=entries)
    assert aws.call("describe_identity_pool", identity_pool_id=pool)["CognitoIdentityProviders"] == entries


@pytest.mark.local_only
@pytest.mark.holds("identifiers-04", "identifiers-01")
@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_a_pools_id_and_arn_name_its_region(url: str, region: str, partition: str) -> None:
    client = Client(url, region=region)
    try:
        pool = client.create_pool(developer_provider_name=DEVELOPER, identity_pool_tags={"a": "b"})
        arn = f"arn:{partition}:cognito-identity:{region}:123456789012:identitypool/{pool}"
        assert client.call("list_tags_for_resource", resource_arn=arn) == {"Tags": {"a": "b"}}
        members = {"identity_pool_id": pool, "logins": {DEVELOPER: "u"}, "principal_tags": {"t": "v"}}
        token = client.call("get_open_id_token_for_developer_identity", **members)["Token"]
    finally:
        client.close()
    named, _, unique = pool.partition(":")
    assert (named, uuid.UUID(unique).version, str(uuid.UUID(unique))) == (region, 4, unique)
    assert claims_of(token)["https://cognito-identity.amazonaws.com/identity-pool-arn"] == arn


@pytest.mark.holds("identifiers-03", "errors-01", "errors-02")
def test_ids_need_not_be_uuids(aws: Client) -> None:
    assert aws.refused("describe_identity_pool", identity_pool_id="a_b:0") == missing("a_b:0")
    assert aws.refused("describe_identity", identity_id="x:-").message == "Identity 'x:-' not found."
