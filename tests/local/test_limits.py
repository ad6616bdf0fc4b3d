"""Just within a limit is accepted, just beyond is not, and what has no limit has none (fact sheet §2, §13, §14)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cognito_identity_local.quotas import Quotas
from cognito_identity_local.server import LocalSettings, embedded

from .client import ACCOUNT, Client, Refused, post
from .people import CLIENT, GOOGLE, USER_POOL, google

ROLE = f"arn:aws:iam::{ACCOUNT}:role/user"
NAME_PATTERN = r"[\w\s+=,.@-]+"


@pytest.mark.local_only  # elsewhere every name has a prefix
@pytest.mark.holds("identifiers-07", "validation-06", "validation-05")
def test_a_pools_name_has_128_characters_which_are_as_many_bytes(aws: Client) -> None:
    longest = "n" * 128
    pool = aws.create_pool(identity_pool_name=longest)
    assert aws.call("describe_identity_pool", identity_pool_id=pool)["IdentityPoolName"] == longest
    for name, constraint in (
        ("n" * 129, "Member must have length less than or equal to 128"),
        ("é", f"Member must satisfy regular expression pattern: {NAME_PATTERN}"),
    ):
        settings = {"identity_pool_name": name, "allow_unauthenticated_identities": True}
        refusal = aws.refused("create_identity_pool", **settings)
        assert refusal.code == "ValidationException"
        assert refusal.message.endswith(f"at 'identityPoolName' failed to satisfy constraint: {constraint}")


@pytest.mark.local_only  # elsewhere the client takes LimitExceededException for a reason to try again
@pytest.mark.holds("quotas-01")
def test_a_pool_has_fifty_user_pool_clients_and_no_more(aws: Client) -> None:
    entries = [{"ProviderName": USER_POOL, "ClientId": f"{CLIENT}{n}"} for n in range(51)]
    pool = aws.create_pool(cognito_identity_providers=entries[:50])
    assert aws.call("describe_identity_pool", identity_pool_id=pool)["CognitoIdentityProviders"] == entries[:50]
    base = {"identity_pool_id": pool, "identity_pool_name": "p", "allow_unauthenticated_identities": True}
    refusal = aws.refused("update_identity_pool", **base, cognito_identity_providers=entries)
    assert refusal.code == "LimitExceededException"


@pytest.mark.holds("identifiers-06", "tags-02")
def test_any_number_of_tag_keys_can_be_removed_at_once(aws: Client) -> None:
    pool = aws.create_pool(identity_pool_tags={"k7": "a", "kept": "b"})
    assert aws.call("untag_resource", resource_arn=aws.arn(pool), tag_keys=[f"k{n}" for n in range(500)]) == {}
    assert aws.call("list_tags_for_resource", resource_arn=aws.arn(pool)) == {"Tags": {"kept": "b"}}


@pytest.mark.local_only
@pytest.mark.holds("quotas-03", "quotas-02")
def test_a_pool_has_ten_mappings_of_twenty_five_rules(aws: Client) -> None:
    entries = [{"ProviderName": USER_POOL, "ClientId": f"c{n}"} for n in range(11)]
    pool = aws.create_pool(cognito_identity_providers=entries)
    rule = {"Claim": "sub", "MatchType": "Equals", "Value": "ann", "RoleARN": ROLE}
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule] * 25}}
    mappings = {f"{USER_POOL}:c{n}": mapping for n in range(11)}
    ten = dict(list(mappings.items())[:10])
    aws.call("set_identity_pool_roles", identity_pool_id=pool, roles={}, role_mappings=ten)
    assert aws.call("get_identity_pool_roles", identity_pool_id=pool)["RoleMappings"] == ten
    refusal = aws.refused("set_identity_pool_roles", identity_pool_id=pool, roles={}, role_mappings=mappings)
    assert refusal.code == "ValidationException"


@pytest.mark.holds("unknowns-19", "quotas-02")
def test_four_hundred_rules_are_too_many_for_the_quota_and_one_more_for_the_model(aws: Client) -> None:
    pool = aws.create_pool(supported_login_providers={GOOGLE: "app"})
    rule = {"Claim": "sub", "MatchType": "Equals", "Value": "ann", "RoleARN": ROLE}
    codes: list[str] = []
    for number in (400, 401):
        rules = {"RulesConfiguration": {"Rules": [rule] * number}}
        mapping = {GOOGLE: {"Type": "Rules", "AmbiguousRoleResolution": "Deny", **rules}}
        members: dict[str, Any] = {"roles": {}, "role_mappings": mapping}
        codes.append(aws.refused("set_identity_pool_roles", identity_pool_id=pool, **members).code)
    assert codes == ["InvalidParameterException", "ValidationException"]


@pytest.mark.local_only
@pytest.mark.holds("principal_tags-08")
def test_the_values_of_principal_tags_have_460_bytes_together(aws: Client) -> None:
    pool = aws.create_pool(supported_login_providers={GOOGLE: "google-app"})
    aws.call("set_identity_pool_roles", identity_pool_id=pool, roles={"authenticated": ROLE})
    named = {"identity_pool_id": pool, "identity_provider_name": GOOGLE}
    aws.call("set_principal_tag_attribute_map", **named, principal_tags={"one": "one", "two": "two"})

    def logins(two: str) -> dict[str, str]:
        return {GOOGLE: google("ann", one="x" * 400, two=two)}

    identity = aws.get_id(pool, logins(""))
    for fitting in ("x" * 60, "é" * 30):
        assert aws.call("get_credentials_for_identity", identity_id=identity, logins=logins(fitting))
    for two in ("x" * 61, "é" * 31):
        assert aws.refused("get_credentials_for_identity", identity_id=identity, logins=logins(two)) == Refused(
            "InvalidIdentityPoolConfigurationException",
            "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        )


GUESTS = 2500


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[str]:
    """A service with every quota as low as it goes, in which there are more identities than any quota has."""
    guest: dict[str, str] = {}
    pool = {"IdentityPoolName": "p", "AllowUnauthenticatedIdentities": True, "Identities": [guest] * GUESTS}
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"Pools": [pool]}))
    quotas = Quotas(pools=1, user_pool_clients=0, rules_per_provider=0, tags=0, linked_logins=0)
    with embedded(LocalSettings(port=0, quotas=quotas, seed=seed)) as url:
        yield url


@pytest.mark.local_only
@pytest.mark.holds("lifecycle-13")
def test_no_quota_counts_identities(crowded: str) -> None:
    client = Client(crowded)
    try:
        (pool,) = client.pools()
        added = [client.get_id(pool) for _ in range(3)]
        found: list[str] = []
        page: dict[str, Any] = {"NextToken": None}
        while "NextToken" in page:
            members = {"IdentityPoolId": pool, "MaxResults": 60, "NextToken": page["NextToken"]}
            page = post(crowded, "ListIdentities", members).json
            found += [row["IdentityId"] for row in page["Identities"]]
    finally:
        client.close()
    assert (len(found), len(set(found)), found[-3:]) == (GUESTS + 3, GUESTS + 3, added)
