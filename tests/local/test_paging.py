"""Lists by page, while they change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cognito_identity_local import errors
from cognito_identity_local.quotas import Quotas
from cognito_identity_local.server import LocalSettings, embedded

from .client import Client, Refused
from .people import DEVELOPER

BAD_TOKEN = Refused("InvalidParameterException", errors.LOCAL_BAD_NEXT_TOKEN)


@pytest.fixture
def empty(url: str) -> Iterator[Client]:
    """A client of an account and region where nothing is yet."""
    client = Client(url, region="ap-south-1", key="777777777777")
    yield client
    client.close()


@pytest.mark.local_only
@pytest.mark.holds("identity_pools-25", "identity_pools-27", "unknowns-16")
def test_pools_by_page_in_the_order_of_creation(empty: Client) -> None:
    assert empty.call("list_identity_pools", max_results=60) == {"IdentityPools": []}
    made = [
        {"IdentityPoolId": empty.create_pool(identity_pool_name=f"p{n}"), "IdentityPoolName": f"p{n}"} for n in range(5)
    ]
    first = empty.call("list_identity_pools", max_results=2)
    second = empty.call("list_identity_pools", max_results=2, next_token=first["NextToken"])
    third = empty.call("list_identity_pools", max_results=2, next_token=second["NextToken"])
    assert [first["IdentityPools"], second["IdentityPools"], third] == [
        made[:2],
        made[2:4],
        {"IdentityPools": made[4:]},
    ]
    assert empty.call("list_identity_pools", max_results=5) == {"IdentityPools": made}


@pytest.mark.holds("identities-11", "service-14")
def test_a_walk_meets_every_identity_that_was_there_all_the_time_once(aws: Client) -> None:
    pool = aws.create_pool()
    ids = [aws.get_id(pool) for _ in range(7)]
    seen: list[str] = []
    page = aws.call("list_identities", identity_pool_id=pool, max_results=3)
    seen += [row["IdentityId"] for row in page["Identities"]]
    aws.call("delete_identities", identity_ids_to_delete=[ids[2], ids[4]])
    added = aws.get_id(pool)
    while "NextToken" in page:
        token = page["NextToken"]
        page = aws.call("list_identities", identity_pool_id=pool, max_results=2, next_token=token)
        seen += [row["IdentityId"] for row in page["Identities"]]
    assert seen == [*ids[:3], ids[3], *ids[5:], added]


@pytest.mark.holds("service-14", "unknowns-16")
def test_the_last_position_is_never_used_again(aws: Client) -> None:
    pool = aws.create_pool()
    ids = [aws.get_id(pool) for _ in range(3)]
    token = aws.call("list_identities", identity_pool_id=pool, max_results=2)["NextToken"]
    aws.call("delete_identities", identity_ids_to_delete=ids)
    added = aws.get_id(pool)
    page = aws.call("list_identities", identity_pool_id=pool, max_results=2, next_token=token)
    assert [row["IdentityId"] for row in page["Identities"]] == [added]


@pytest.mark.holds("unknowns-16")
def test_a_token_is_good_for_its_own_list_only(aws: Client) -> None:
    pool, other = aws.create_pool(), aws.create_pool()
    for _ in range(2):
        aws.get_id(pool)
    token = aws.call("list_identities", identity_pool_id=pool, max_results=1)["NextToken"]
    assert aws.refused("list_identities", identity_pool_id=other, max_results=1, next_token=token) == BAD_TOKEN
    assert aws.refused("list_identity_pools", max_results=1, next_token=token) == BAD_TOKEN
    for wrong in ("x", "ä", token[:-4], token.swapcase()):
        assert aws.refused("list_identities", identity_pool_id=pool, max_results=1, next_token=wrong) == BAD_TOKEN


@pytest.mark.local_only
@pytest.mark.holds("developer_identities-23", "developer_identities-09")
def test_sixty_developer_users_come_at_once_unless_fewer_are_wanted() -> None:
    with embedded(LocalSettings(port=0, quotas=Quotas(linked_logins=100))) as roomy:
        client = Client(roomy)
        pool = client.create_pool(developer_provider_name=DEVELOPER)
        users = [f"user-{n:02}" for n in range(61)]
        sign_in = "get_open_id_token_for_developer_identity"
        first = client.call(sign_in, identity_pool_id=pool, logins={DEVELOPER: users[0]})["IdentityId"]
        for user in users[1:]:
            client.call(sign_in, identity_pool_id=pool, logins={DEVELOPER: user})
            names = {"source_user_identifier": user, "destination_user_identifier": users[0]}
            client.call("merge_developer_identities", **names, developer_provider_name=DEVELOPER, identity_pool_id=pool)
        page = client.call("lookup_developer_identity", identity_pool_id=pool, identity_id=first)
        token = page.pop("NextToken")
        assert page == {"IdentityId": first, "DeveloperUserIdentifierList": users[:60]}
        rest = client.call("lookup_developer_identity", identity_pool_id=pool, identity_id=first, next_token=token)
        assert rest == {"IdentityId": first, "DeveloperUserIdentifierList": users[60:]}
        client.close()


@pytest.mark.holds("developer_identities-09", "developer_identities-12")
def test_developer_users_of_an_identity_by_page(aws: Client) -> None:
    pool = aws.create_pool(developer_provider_name=DEVELOPER)
    identity = aws.get_id(pool)
    users = [f"user-{n}" for n in range(5)]
    logins: dict[str, str] = {}
    for user in users:
        logins = {DEVELOPER: user}
        made = aws.call("get_open_id_token_for_developer_identity", identity_pool_id=pool, logins=logins)["IdentityId"]
        if user != users[0]:
            aws.call(
                "merge_developer_identities",
                source_user_identifier=user,
                destination_user_identifier=users[0],
                developer_provider_name=DEVELOPER,
                identity_pool_id=pool,
            )
        else:
            identity = made
    first = aws.call("lookup_developer_identity", identity_pool_id=pool, identity_id=identity, max_results=3)
    token = first.pop("NextToken")
    assert first == {"IdentityId": identity, "DeveloperUserIdentifierList": users[:3]}
    rest = aws.call("lookup_developer_identity", identity_pool_id=pool, identity_id=identity, next_token=token)
    assert rest == {"IdentityId": identity, "DeveloperUserIdentifierList": users[3:]}
