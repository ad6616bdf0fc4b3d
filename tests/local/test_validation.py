"""Constraints of the service model, and AWS's words for what breaks them, as fact sheet §3 has it."""

# ruff: noqa: E501 - sentences of the service stay whole

from __future__ import annotations

import pytest

from .client import Client, Refused

ID_PATTERN = r"[\w-]+:[0-9a-f-]+"


def validation(count: int, *sentences: str) -> Refused:
    plural = "s" if count > 1 else ""
    return Refused("ValidationException", f"{count} validation error{plural} detected: " + "; ".join(sentences))


ENTRY = (
    "Member must have length less than or equal to 55, Member must have length greater than or equal to 1, "
    rf"Member must satisfy regular expression pattern: {ID_PATTERN}"
)

CASES = [
    pytest.param(
        "get_id",
        {"identity_pool_id": "us-east-2:mock"},
        validation(1, rf"Value 'us-east-2:mock' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: {ID_PATTERN}"),
        id="pattern",
    ),
    pytest.param(
        "list_identity_pools",
        {"max_results": 61},
        validation(1, "Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60"),
        id="range",
    ),
    pytest.param(
        "create_identity_pool",
        {},
        validation(
            2,
            "Value null at 'identityPoolName' failed to satisfy constraint: Member must not be null",
            "Value null at 'allowUnauthenticatedIdentities' failed to satisfy constraint: Member must not be null",
        ),
        id="missing",
    ),
    pytest.param(
        "describe_identity_pool",
        {"identity_pool_id": "!" * 56},
        validation(
            2,
            f"Value '{'!' * 56}' at 'identityPoolId' failed to satisfy constraint: Member must have length less than or equal to 55",
            rf"Value '{'!' * 56}' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: {ID_PATTERN}",
        ),
        id="two rules of one value",
    ),
    pytest.param(
        "delete_identities",
        {"identity_ids_to_delete": ["a:0", "x", "y"]},
        validation(1, f"Value '[a:0, x, y]' at 'identityIdsToDelete' failed to satisfy constraint: Member must satisfy constraint: [{ENTRY}]"),
        id="list entries",
    ),
    pytest.param(
        "set_identity_pool_roles",
        {"identity_pool_id": "a:0", "roles": {"guest": "arn"}},
        validation(
            2,
            "Value '{guest=arn}' at 'roles' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: (un)?authenticated]",
            "Value '{guest=arn}' at 'roles' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 20]",
        ),
        id="map keys and values",
    ),
    pytest.param(
        "create_identity_pool",
        {"identity_pool_name": "p", "allow_unauthenticated_identities": True, "cognito_identity_providers": [{"ClientId": "a-b"}]},
        validation(1, r"Value 'a-b' at 'cognitoIdentityProviders.1.member.clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w_]+"),
        id="nested in a list",
    ),
    pytest.param(
        "set_identity_pool_roles",
        {
            "identity_pool_id": "a:0",
            "roles": {},
            "role_mappings": {"p": {"Type": "Magic", "RulesConfiguration": {"Rules": [{"Claim": "c", "MatchType": "Equals", "Value": "v"}]}}},
        },
        validation(
            2,
            "Value 'Magic' at 'roleMappings.p.member.type' failed to satisfy constraint: Member must satisfy enum value set: [Token, Rules]",
            "Value null at 'roleMappings.p.member.rulesConfiguration.rules.1.member.roleARN' failed to satisfy constraint: Member must not be null",
        ),
        id="nested in a map",
    ),
    pytest.param(
        "get_id",
        {"identity_pool_id": "a:0", "logins": {f"p{n}": "hush" for n in range(11)}},
        validation(1, "Value '{" + ", ".join(f"p{n}=***" for n in range(11)) + "}' at 'logins' failed to satisfy constraint: Member must have length less than or equal to 10"),
        id="secrets are withheld",
        marks=pytest.mark.local_only,
    ),
    pytest.param(
        "get_id",
        {"identity_pool_id": "a:0", "logins": {"h" * 129: "hush", "p": ""}},
        validation(
            2,
            "Value '{***=***, p=}' at 'logins' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
            "Value '{***=***, p=}' at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]",
        ),
        id="keys that may be secrets are withheld",
        marks=pytest.mark.local_only,
    ),
    pytest.param(
        "get_credentials_for_identity",
        {"identity_id": "cn-north-1:0", "logins": {"cognito-identity.cn-north-1.amazonaws.com.cn": ""}},
        validation(1, "Value '{cognito-identity.cn-north-1.amazonaws.com.cn=}' at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]"),
        id="an empty token, as AWS was seen to answer",
    ),
    pytest.param(
        "get_id",
        {"identity_pool_id": ""},
        validation(
            2,
            "Value '' at 'identityPoolId' failed to satisfy constraint: Member must have length greater than or equal to 1",
            rf"Value '' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: {ID_PATTERN}",
        ),
        id="nothing, as AWS was seen to answer",
    ),
    pytest.param(
        "create_identity_pool",
        {"identity_pool_name": "p", "allow_unauthenticated_identities": True, "supported_login_providers": {"api.twitter.com": "key;hush hush", "accounts.google.com": "app"}},
        validation(1, r"Value '{api.twitter.com=key;***, accounts.google.com=app}' at 'supportedLoginProviders' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\w.;_/-]+]"),
        id="app secrets are withheld",
        marks=pytest.mark.local_only,
    ),
    pytest.param(
        "delete_identities",
        {"identity_ids_to_delete": [None]},
        validation(1, "Value '[]' at 'identityIdsToDelete' failed to satisfy constraint: Member must have length greater than or equal to 1"),
        id="a list of nulls",
    ),
]  # fmt: skip


@pytest.mark.holds(
    "validation-01",
    "validation-02",
    "validation-03",
    "validation-04",
    "validation-05",
    "validation-06",
    "validation-07",
    "validation-08",
    "validation-09",
    "validation-10",
    "validation-11",
    "validation-12",
    "validation-15",
    "validation-17",
    "unknowns-28",
    "roles-04",
    "identity_pools-26",
)
@pytest.mark.parametrize(("operation", "members", "expected"), CASES)
def test_broken_constraints_are_listed_in_aws_words(
    aws: Client, operation: str, members: dict[str, object], expected: Refused
) -> None:
    assert aws.refused(operation, **members) == expected


@pytest.mark.holds("validation-16", "errors-30")
def test_constraints_come_before_everything_else(aws: Client) -> None:
    gone = "us-east-1:00000000-0000-4000-8000-000000000000"
    for operation, members in (
        ("get_id", {"identity_pool_id": gone, "account_id": "x"}),
        ("list_identities", {"identity_pool_id": gone, "max_results": 0}),
        ("get_credentials_for_identity", {"identity_id": gone, "custom_role_arn": "short"}),
        ("set_identity_pool_roles", {"identity_pool_id": gone, "roles": {"other": "x" * 20}}),
    ):
        assert aws.refused(operation, **members).code == "ValidationException"


@pytest.mark.holds("quotas-04", "validation-08", "identity_pools-26", "identities-11")
@pytest.mark.parametrize(("wrong", "bound"), [(61, "less than or equal to 60"), (0, "greater than or equal to 1")])
def test_a_page_has_one_to_sixty_entries(aws: Client, wrong: int, bound: str) -> None:
    pool = aws.create_pool()
    expected = validation(
        1, f"Value '{wrong}' at 'maxResults' failed to satisfy constraint: Member must have value {bound}"
    )
    named = {"identity_pool_id": pool}
    for operation, members in (
        ("list_identity_pools", {}),
        ("list_identities", named),
        ("lookup_developer_identity", named),
    ):
        assert aws.refused(operation, **members, max_results=wrong) == expected
