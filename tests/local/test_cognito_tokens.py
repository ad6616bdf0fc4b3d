"""A pool's own tokens, when they come back: they open a session under their key, and nothing elsewhere (§8, §9)."""

from __future__ import annotations

from typing import Any

import pytest

from .client import Client, Refused
from .conftest import TestClock
from .people import DEVELOPER, GOOGLE, NOW, ROLES, google, jwt

COGNITO = "cognito-identity.amazonaws.com"
TOKEN = "get_open_id_token_for_developer_identity"


def named(identity: str, token: str) -> dict[str, Any]:
    return {"identity_id": identity, "logins": {COGNITO: token}}


@pytest.mark.local_only
@pytest.mark.holds("developer_identities-19", "logins-09")
def test_a_developer_users_token_opens_a_session(aws: Client, pool: str) -> None:
    answer = aws.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "ann"})
    members = named(answer["IdentityId"], answer["Token"])
    assert aws.call("get_credentials_for_identity", **members)["IdentityId"] == answer["IdentityId"]
    members["logins"][GOOGLE] = google("ann")
    assert aws.call("get_credentials_for_identity", **members)["IdentityId"] == answer["IdentityId"]
    assert aws.get_id(pool, {GOOGLE: google("ann")}) == answer["IdentityId"]


@pytest.mark.local_only
@pytest.mark.holds("logins-18", "logins-09", "errors-10")
@pytest.mark.parametrize(
    ("region", "keys", "refused"),
    [
        ("cn-north-1", ["cognito-identity.cn-north-1.amazonaws.com.cn"], [COGNITO]),
        ("us-gov-west-1", [COGNITO, "cognito-identity.us-gov-west-1.amazonaws.com"], []),
        ("eu-west-1", [COGNITO], []),
    ],
)
def test_the_key_of_a_pools_own_tokens_is_another_one_in_china(
    url: str, region: str, keys: list[str], refused: list[str]
) -> None:
    client = Client(url, region=region)
    try:
        pool = client.create_pool(developer_provider_name=DEVELOPER)
        client.call("set_identity_pool_roles", identity_pool_id=pool, roles=ROLES)
        answer = client.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "ann"})
        identity, token = answer["IdentityId"], answer["Token"]
        for key in keys:
            given = client.call("get_credentials_for_identity", identity_id=identity, logins={key: token})
            assert given["IdentityId"] == identity
        for key in refused:
            assert client.refused("get_credentials_for_identity", identity_id=identity, logins={key: token}) == Refused(
                "NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName"
            )
    finally:
        client.close()


@pytest.mark.holds("errors-14", "unknowns-23", "identities-07")
def test_a_cognito_token_is_accepted_nowhere_else(aws: Client, pool: str) -> None:
    answer = aws.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "ann"})
    logins = {COGNITO: answer["Token"]}
    expected = Refused("NotAuthorizedException", "Invalid login token. Can't pass in a Cognito token.")
    assert aws.refused("get_id", identity_pool_id=pool, logins=logins) == expected
    assert aws.refused("get_open_id_token", identity_id=answer["IdentityId"], logins=logins) == expected


@pytest.mark.local_only
@pytest.mark.holds("errors-13", "errors-07", "tokens-13", "logins-11")
def test_cognito_tokens_that_do_not_fit(aws: Client, pool: str, clock: TestClock) -> None:
    mine = aws.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "ann"})
    bob = aws.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "bob"})["IdentityId"]
    other = aws.create_pool(developer_provider_name=DEVELOPER)
    foreign = aws.call(TOKEN, identity_pool_id=other, logins={DEVELOPER: "ann"})["Token"]
    visitor = aws.get_id(pool)
    guest = aws.call("get_open_id_token", identity_id=visitor)["Token"]
    head, _, tail = mine["Token"].split(".")
    forged = f"{head}.{jwt(sub=mine['IdentityId']).split('.')[1]}.{tail}"

    def refused(identity: str, token: str) -> str:
        refusal = aws.refused("get_credentials_for_identity", **named(identity, token))
        assert refusal.code == "NotAuthorizedException"
        return refusal.message

    no_match = "Logins don't match. Please include at least one valid login for this identity or identity pool."
    assert refused(bob, mine["Token"]) == no_match
    assert refused(mine["IdentityId"], foreign) == no_match
    assert refused(mine["IdentityId"], guest) == refused(visitor, guest) == no_match
    assert refused(mine["IdentityId"], forged) == "Invalid login token. Couldn't verify signed token."
    assert refused(mine["IdentityId"], "nonsense") == "Invalid login token. Not a valid OpenId Connect identity token."
    clock.now = NOW + 1199
    assert aws.call("get_credentials_for_identity", **named(mine["IdentityId"], mine["Token"]))
    clock.now = NOW + 1200
    assert refused(mine["IdentityId"], mine["Token"]) == "Invalid login token. Token is expired."


@pytest.mark.holds("lifecycle-07", "developer_identities-15")
def test_tokens_of_merged_users_are_worth_nothing(aws: Client, pool: str) -> None:
    first = aws.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "ann"})
    aws.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "bob"})
    aws.call(
        "merge_developer_identities",
        source_user_identifier="ann",
        destination_user_identifier="bob",
        developer_provider_name=DEVELOPER,
        identity_pool_id=pool,
    )
    refused = aws.refused("get_credentials_for_identity", **named(first["IdentityId"], first["Token"]))
    assert refused.code == "NotAuthorizedException"


@pytest.mark.local_only
@pytest.mark.holds("developer_identities-17", "lifecycle-09", "errors-07")
def test_the_token_of_a_user_who_was_unlinked_is_worth_nothing(aws: Client, pool: str) -> None:
    answer = aws.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "ann"})
    assert aws.call("get_credentials_for_identity", **named(answer["IdentityId"], answer["Token"]))
    aws.call(
        "unlink_developer_identity",
        identity_id=answer["IdentityId"],
        identity_pool_id=pool,
        developer_provider_name=DEVELOPER,
        developer_user_identifier="ann",
    )
    assert aws.refused("get_credentials_for_identity", **named(answer["IdentityId"], answer["Token"])) == Refused(
        "NotAuthorizedException",
        "Logins don't match. Please include at least one valid login for this identity or identity pool.",
    )
