"""Quotas by option: each one at its limit and one beyond."""

from __future__ import annotations

import pytest

from cognito_identity_local.database import LocalServiceError
from cognito_identity_local.quotas import NAMES, Quotas, parse_quotas

from .service import GOOGLE, Refused, serving

RULE = {
    "Claim": "sub",
    "MatchType": "Equals",
    "Value": "ann",
    "RoleARN": "arn:aws:iam::123456789012:role/users",
}


def rules(pool: str, number: int) -> dict[str, object]:
    mapping = {
        "Type": "Rules",
        "AmbiguousRoleResolution": "Deny",
        "RulesConfiguration": {"Rules": [RULE] * number},
    }
    return {"IdentityPoolId": pool, "Roles": {}, "RoleMappings": {GOOGLE: mapping}}


@pytest.mark.holds("options-07", "identity_pools-13", "quotas-02", "tags-05", "unknowns-02")
def test_more_and_less_than_aws_allows() -> None:
    with serving(quotas=Quotas(pools=1, rules_per_provider=30, tags=2, linked_logins=3)) as service:
        pool = service.create_pool(DeveloperProviderName="dev", IdentityPoolTags={"a": "1", "b": "2"})
        assert service.refused(
            "CreateIdentityPool", IdentityPoolName="p", AllowUnauthenticatedIdentities=True
        ) == Refused("LimitExceededException", "The account has 1 identity pools in this region, which is the quota.")
        service.call("SetIdentityPoolRoles", **rules(pool, 30))
        assert service.refused("SetIdentityPoolRoles", **rules(pool, 31)) == Refused(
            "InvalidParameterException",
            "The role mapping for accounts.google.com has more rules than the quota allows.",
        )
        arn = f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool}"
        assert service.refused("TagResource", ResourceArn=arn, Tags={"c": "3"}) == Refused(
            "InvalidParameterException", "An identity pool can have 2 tags."
        )


@pytest.mark.holds("options-07", "developer_identities-14")
def test_logins_linked_by_a_merge() -> None:
    with serving(quotas=Quotas(linked_logins=3)) as service:
        pool = service.create_pool(DeveloperProviderName="dev")

        def merged(source: str, destination: str) -> dict[str, object]:
            users = {"SourceUserIdentifier": source, "DestinationUserIdentifier": destination}
            return {"IdentityPoolId": pool, "DeveloperProviderName": "dev", **users}

        for user in "abcd":
            service.call("GetOpenIdTokenForDeveloperIdentity", IdentityPoolId=pool, Logins={"dev": user})
        service.call("MergeDeveloperIdentities", **merged("b", "a"))
        service.call("MergeDeveloperIdentities", **merged("c", "a"))
        assert service.refused("MergeDeveloperIdentities", **merged("d", "a")) == Refused(
            "ResourceConflictException", "The merged identity would have more than 3 linked logins."
        )


@pytest.mark.holds("options-07")
def test_quotas_as_they_are_written() -> None:
    assert parse_quotas([]) == Quotas(
        pools=1000, user_pool_clients=50, rules_per_provider=25, tags=50, linked_logins=20
    )
    assert parse_quotas(["pools=5", "tags=0", "pools=7"]) == Quotas(pools=7, tags=0)


@pytest.mark.holds("options-18")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "pool=5",
            f"--quota pool=5: there is no quota 'pool'. The quotas are {', '.join(NAMES)}.",
        ),
        ("pools", "--quota pools: write pools=NUMBER, as pools=1000."),
        ("tags=-1", "--quota tags=-1: write tags=NUMBER, as tags=50."),
        ("tags=²", "--quota tags=²: write tags=NUMBER, as tags=50."),
    ],
)
def test_a_quota_that_is_none(text: str, message: str) -> None:
    with pytest.raises(LocalServiceError) as refused:
        parse_quotas([text])
    assert str(refused.value) == message
