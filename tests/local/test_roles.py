"""Roles of a pool, and which of them a session gets (fact sheet §6.6, §6.7, §6.9, §12)."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from cognito_identity_local import errors
from cognito_identity_local.operations import roles

from .client import Client, Refused, post
from .people import (
    ALL_PROVIDERS,
    CLIENT,
    DEVELOPER,
    GOOGLE,
    NOW,
    OIDC,
    OIDC_ARN,
    SAML_ARN,
    USER_POOL,
    assertion,
    github,
    google,
    user_pool,
)

KEY = f"{USER_POOL}:{CLIENT}"
NO_ROLE = Refused(
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
)
DENIED = Refused("NotAuthorizedException", errors.LOCAL_CUSTOM_ROLE_DENIED)


def role(name: str) -> str:
    return f"arn:aws:iam::123456789012:role/{name}"


BOTH = {"authenticated": role("user"), "unauthenticated": role("guest")}


def rule(claim: str, match: str, value: str, to: str) -> dict[str, str]:
    return {"Claim": claim, "MatchType": match, "Value": value, "RoleARN": role(to)}


def rules(*entries: dict[str, str], ambiguous: str = "Deny") -> dict[str, Any]:
    return {"Type": "Rules", "AmbiguousRoleResolution": ambiguous, "RulesConfiguration": {"Rules": list(entries)}}


@pytest.fixture
def pool(aws: Client) -> str:
    return aws.create_pool(**ALL_PROVIDERS)


def set_roles(aws: Client, pool: str, given: dict[str, str], mappings: dict[str, Any] | None = None) -> None:
    more = {} if mappings is None else {"role_mappings": mappings}
    assert aws.call("set_identity_pool_roles", identity_pool_id=pool, roles=given, **more) == {}


def session(aws: Client, pool: str, logins: dict[str, str] | None = None, custom: str | None = None) -> dict[str, Any]:
    """What the session token says: this service writes it in plain JSON."""
    members: dict[str, Any] = {"identity_id": aws.get_id(pool, logins), "logins": logins or {}}
    if custom is not None:
        members["custom_role_arn"] = custom
    token = aws.call("get_credentials_for_identity", **members)["Credentials"]["SessionToken"]
    content: dict[str, Any] = json.loads(base64.b64decode(token))
    return content


def refused(aws: Client, pool: str, logins: dict[str, str] | None = None, custom: str | None = None) -> Refused:
    members: dict[str, Any] = {"identity_id": aws.get_id(pool, logins), "logins": logins or {}}
    if custom is not None:
        members["custom_role_arn"] = custom
    return aws.refused("get_credentials_for_identity", **members)


@pytest.mark.holds("identity_pools-09", "unknowns-13")
def test_a_new_pool_has_no_roles(aws: Client, pool: str) -> None:
    assert aws.call("get_identity_pool_roles", identity_pool_id=pool) == {"IdentityPoolId": pool}


@pytest.mark.local_only
@pytest.mark.holds("roles-01", "roles-02", "roles-03", "unknowns-13")
def test_setting_roles_replaces_everything(aws: Client, pool: str) -> None:
    mappings = {
        KEY: rules(rule("dept", "Equals", "it", "it")),
        GOOGLE: {"Type": "Token", "AmbiguousRoleResolution": "Deny"},
    }
    set_roles(aws, pool, BOTH, mappings)
    expected = {"IdentityPoolId": pool, "Roles": BOTH, "RoleMappings": mappings}
    assert aws.call("get_identity_pool_roles", identity_pool_id=pool) == expected
    set_roles(aws, pool, {"authenticated": role("user")})
    assert aws.call("get_identity_pool_roles", identity_pool_id=pool) == {
        "IdentityPoolId": pool,
        "Roles": {"authenticated": role("user")},
    }
    set_roles(aws, pool, {}, {})
    assert aws.call("get_identity_pool_roles", identity_pool_id=pool) == {"IdentityPoolId": pool}


@pytest.mark.holds("errors-15", "identifiers-09", "unknowns-20")
@pytest.mark.parametrize(
    "value",
    ["not-an-arn-but-long-enough", "arn:aws:iam::999999999999:role/foreign", "arn:aws:iam::123456789012:user/nobody"],
    ids=["no ARN", "other account", "no role"],
)
def test_a_value_that_is_no_role_of_the_account_is_forbidden(aws: Client, pool: str, value: str) -> None:
    expected = Refused("NotAuthorizedException", f"Access to Role '{value}' is forbidden.")
    assert aws.refused("set_identity_pool_roles", identity_pool_id=pool, roles={"authenticated": value}) == expected
    mappings = {KEY: rules({**rule("a", "Equals", "b", "c"), "RoleARN": value})}
    assert aws.refused("set_identity_pool_roles", identity_pool_id=pool, roles={}, role_mappings=mappings) == expected


RULE = rule("a", "Equals", "b", "c")
UNKNOWN_PROVIDER = "({}) is not a valid RoleMapping ProviderName or is not a configured provider."


@pytest.mark.holds("roles-06", "roles-07", "quotas-02", "unknowns-19", "errors-32")
@pytest.mark.parametrize(
    ("key", "mapping", "message"),
    [
        ("other.provider", rules(RULE), UNKNOWN_PROVIDER),
        (f"https://{USER_POOL}", rules(RULE), UNKNOWN_PROVIDER),
        (USER_POOL, rules(RULE), UNKNOWN_PROVIDER),
        (KEY, {"Type": "Token"}, roles.LOCAL_RESOLUTION_REQUIRED),
        (KEY, {"Type": "Rules", "AmbiguousRoleResolution": "Deny"}, roles.LOCAL_RULES_REQUIRED),
        (KEY, {**rules(RULE), "Type": "Token"}, roles.LOCAL_RULES_FORBIDDEN),
        (KEY, rules(*[RULE] * 26), roles.LOCAL_TOO_MANY_RULES),
    ],
    ids=["provider", "address", "no client", "resolution", "no rules", "rules with Token", "26 rules"],
)
def test_mappings_that_make_no_sense_are_refused(
    aws: Client, pool: str, key: str, mapping: dict[str, Any], message: str
) -> None:
    members = {"roles": {}, "role_mappings": {key: mapping}}
    assert aws.refused("set_identity_pool_roles", identity_pool_id=pool, **members) == Refused(
        "InvalidParameterException", message.format(key)
    )


@pytest.mark.local_only
@pytest.mark.holds("roles-05", "roles-06", "quotas-02", "unknowns-20")
def test_every_kind_of_provider_can_be_mapped(aws: Client, pool: str) -> None:
    set_roles(aws, pool, {}, {key: rules(*[RULE] * 25) for key in (KEY, GOOGLE, OIDC_ARN, SAML_ARN)})


@pytest.mark.local_only
@pytest.mark.holds("roles-10", "roles-11", "unknowns-24", "wire-19")
def test_credentials_on_the_wire(aws: Client, pool: str) -> None:
    set_roles(aws, pool, BOTH)
    guest = aws.get_id(pool)
    answer = post(aws.url, "GetCredentialsForIdentity", {"IdentityId": guest}, signed=False)
    given = answer.json["Credentials"]
    assert answer.json == {
        "IdentityId": guest,
        "Credentials": {
            "AccessKeyId": given["AccessKeyId"],
            "SecretKey": given["SecretKey"],
            "SessionToken": given["SessionToken"],
            "Expiration": NOW + 3600,
        },
    }
    assert b'"Expiration":1800003600.0' in answer.body
    assert re.fullmatch(r"ASIA[A-Z2-7]{16}", given["AccessKeyId"])
    assert len(given["SecretKey"]) == 40
    again = post(aws.url, "GetCredentialsForIdentity", {"IdentityId": guest}, signed=False).json["Credentials"]
    assert not set(again.values()) & set(given.values()) - {NOW + 3600}


@pytest.mark.local_only
@pytest.mark.holds("roles-11", "roles-14", "roles-23", "errors-17", "unknowns-18")
def test_guests_and_users_get_the_default_roles(aws: Client, pool: str) -> None:
    assert refused(aws, pool) == NO_ROLE
    assert refused(aws, pool, {GOOGLE: google("ann")}) == NO_ROLE
    set_roles(aws, pool, BOTH)
    guest = session(aws, pool)
    assert guest == {**guest, "role": role("guest"), "session": "CognitoIdentityCredentials", "tags": {}}
    assert session(aws, pool, {GOOGLE: google("ann")})["role"] == role("user")
    assert refused(aws, pool, custom=role("admin")) == DENIED
    assert refused(aws, pool, {GOOGLE: google("ann")}, role("admin")) == DENIED


@pytest.mark.local_only
@pytest.mark.holds("lifecycle-15", "errors-17")
def test_refusals_link_nothing(aws: Client, pool: str) -> None:
    guest = aws.get_id(pool)
    logins = {GOOGLE: google("ann")}
    assert aws.refused("get_credentials_for_identity", identity_id=guest, logins=logins) == NO_ROLE
    assert "Logins" not in aws.call("describe_identity", identity_id=guest)


@pytest.mark.local_only
@pytest.mark.holds("roles-19", "roles-20", "roles-22", "roles-27")
@pytest.mark.parametrize(
    ("entry", "claims", "matches"),
    [
        (rule("custom:dept", "Equals", "it", "x"), {"custom:dept": "it"}, True),
        (rule("custom:dept", "Equals", "it", "x"), {"custom:dept": "IT"}, False),
        (rule("cognito:groups", "Contains", "dm", "x"), {"cognito:groups": ["user", "admin"]}, True),
        (rule("email", "StartsWith", "ann@", "x"), {"email": "ann@example.com"}, True),
        (rule("email", "StartsWith", "bob@", "x"), {"email": "ann@example.com"}, False),
        (rule("email", "StartsWith", "example.com", "x"), {"email": "ann@example.com"}, False),
        (rule("email", "Contains", "@example.org", "x"), {"email": "ann@example.com"}, False),
        (rule("email", "Equals", "ann", "x"), {"email": "ann@example.com"}, False),
        (rule("email", "NotEqual", "ann", "x"), {"email": "ann@example.com"}, True),
        (rule("paid", "Equals", "true", "x"), {"paid": True}, True),
        (rule("tier", "Equals", "2", "x"), {"tier": 2}, True),
        (rule("dept", "NotEqual", "hr", "x"), {"dept": "it"}, True),
        (rule("dept", "NotEqual", "hr", "x"), {"dept": "hr"}, False),
        (rule("dept", "NotEqual", "hr", "x"), {}, False),
    ],
)
def test_rules_match_claims(
    aws: Client, pool: str, entry: dict[str, str], claims: dict[str, object], matches: bool
) -> None:
    set_roles(aws, pool, BOTH, {KEY: rules(entry, ambiguous="AuthenticatedRole")})
    assert session(aws, pool, {USER_POOL: user_pool("u", **claims)})["role"] == role("x" if matches else "user")


@pytest.mark.local_only
@pytest.mark.holds("roles-19", "roles-21", "errors-16", "unknowns-18")
def test_the_first_rule_that_matches_wins(aws: Client, pool: str) -> None:
    entries = [rule("a", "Equals", "1", "one"), rule("a", "StartsWith", "1", "two")]
    set_roles(aws, pool, BOTH, {OIDC_ARN: rules(*entries)})
    assert session(aws, pool, {OIDC: github("u", a="1")})["role"] == role("one")
    assert session(aws, pool, {OIDC: github("u", a="12")})["role"] == role("two")
    assert session(aws, pool, {OIDC: github("u", a="12")}, role("one"))["role"] == role("one")
    assert refused(aws, pool, {OIDC: github("u", a="12")}, role("three")) == DENIED
    assert refused(aws, pool, {OIDC: github("u")}) == Refused(
        "NotAuthorizedException", f"The ambiguous role mapping rules for: {OIDC_ARN} denied this request."
    )


@pytest.mark.local_only
@pytest.mark.holds("roles-16", "roles-17", "roles-18", "errors-16", "unknowns-18")
def test_the_token_may_choose_the_role(aws: Client, pool: str) -> None:
    set_roles(aws, pool, BOTH, {KEY: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}})
    claims = {"cognito:roles": [role("a"), role("b")], "cognito:preferred_role": role("b")}
    assert session(aws, pool, {USER_POOL: user_pool("u", **claims)})["role"] == role("b")
    assert session(aws, pool, {USER_POOL: user_pool("u", **claims)}, role("a"))["role"] == role("a")
    assert refused(aws, pool, {USER_POOL: user_pool("u", **claims)}, role("c")) == DENIED
    denied = Refused("NotAuthorizedException", f"The ambiguous role mapping rules for: {KEY} denied this request.")
    del claims["cognito:preferred_role"]
    assert refused(aws, pool, {USER_POOL: user_pool("u", **claims)}) == denied
    assert refused(aws, pool, {USER_POOL: user_pool("u")}) == denied


@pytest.mark.local_only
@pytest.mark.holds("roles-17", "roles-18")
def test_an_ambiguous_token_may_fall_back_to_the_default_role(aws: Client, pool: str) -> None:
    mapping = {KEY: {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}}
    set_roles(aws, pool, BOTH, mapping)
    assert session(aws, pool, {USER_POOL: user_pool("u")})["role"] == role("user")
    set_roles(aws, pool, {}, mapping)
    assert refused(aws, pool, {USER_POOL: user_pool("u")}) == NO_ROLE


@pytest.mark.local_only
@pytest.mark.holds("roles-24", "unknowns-18")
def test_an_assertion_brings_its_roles(aws: Client, pool: str) -> None:
    one, two = {SAML_ARN: assertion("ann", role("a"))}, {SAML_ARN: assertion("ann", role("a"), role("b"))}
    assert session(aws, pool, one)["role"] == role("a")
    assert session(aws, pool, two, role("b"))["role"] == role("b")
    assert refused(aws, pool, two) == Refused("NotAuthorizedException", errors.LOCAL_CUSTOM_ROLE_REQUIRED)
    assert refused(aws, pool, two, role("c")) == refused(aws, pool, one, role("c")) == DENIED
    assert refused(aws, pool, {SAML_ARN: assertion("ann")}) == NO_ROLE


@pytest.mark.local_only
@pytest.mark.holds("roles-24", "roles-16", "roles-17", "roles-19", "errors-16")
def test_the_mapping_of_a_saml_provider_comes_before_the_roles_of_the_assertion(aws: Client, pool: str) -> None:
    one, two = {SAML_ARN: assertion("ann", role("a"))}, {SAML_ARN: assertion("ann", role("a"), role("b"))}
    claim = "https://aws.amazon.com/SAML/Attributes/Role"
    set_roles(aws, pool, BOTH, {SAML_ARN: rules(rule(claim, "Contains", role("b"), "mapped"))})
    ambiguous = Refused(
        "NotAuthorizedException", f"The ambiguous role mapping rules for: {SAML_ARN} denied this request."
    )
    assert session(aws, pool, two)["role"] == role("mapped")
    assert refused(aws, pool, one) == ambiguous
    set_roles(aws, pool, BOTH, {SAML_ARN: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}})
    assert session(aws, pool, one)["role"] == role("a")
    assert session(aws, pool, two, role("b"))["role"] == role("b")
    assert refused(aws, pool, two, role("c")) == DENIED
    assert refused(aws, pool, two) == ambiguous


@pytest.mark.local_only
@pytest.mark.holds("roles-15")
def test_developer_users_get_the_default_role_without_mapping(aws: Client, pool: str) -> None:
    set_roles(aws, pool, BOTH, {GOOGLE: rules(rule("sub", "Equals", "ann", "mapped"))})
    answer = aws.call("get_open_id_token_for_developer_identity", identity_pool_id=pool, logins={DEVELOPER: "ann"})
    logins = {"cognito-identity.amazonaws.com": answer["Token"], GOOGLE: google("ann")}
    given = aws.call("get_credentials_for_identity", identity_id=answer["IdentityId"], logins=logins)
    assert json.loads(base64.b64decode(given["Credentials"]["SessionToken"]))["role"] == role("user")


@pytest.mark.local_only
@pytest.mark.holds("principal_tags-05", "principal_tags-08", "roles-25")
def test_sessions_carry_the_principal_tags_and_too_many_break_them(aws: Client, pool: str) -> None:
    set_roles(aws, pool, BOTH)
    named = {"identity_pool_id": pool, "identity_provider_name": GOOGLE}
    aws.call("set_principal_tag_attribute_map", **named, principal_tags={"dept": "dept"})
    assert session(aws, pool, {GOOGLE: google("ann", dept="it")})["tags"] == {"dept": "it"}
    assert refused(aws, pool, {GOOGLE: google("ann", dept="x" * 461)}) == NO_ROLE


@pytest.mark.local_only
@pytest.mark.holds("principal_tags-13", "principal_tags-08")
def test_the_session_of_a_developer_user_carries_the_tags_of_the_token(aws: Client, pool: str) -> None:
    set_roles(aws, pool, BOTH)
    named = {"identity_pool_id": pool, "identity_provider_name": GOOGLE}
    aws.call("set_principal_tag_attribute_map", **named, principal_tags={"dept": "dept", "level": "level"})

    def given(**tags: str) -> dict[str, Any]:
        user = {"identity_pool_id": pool, "logins": {DEVELOPER: "ann"}, "principal_tags": tags}
        answer = aws.call("get_open_id_token_for_developer_identity", **user)
        logins = {"cognito-identity.amazonaws.com": answer["Token"], GOOGLE: google("ann", dept="hr", level="2")}
        return {"identity_id": answer["IdentityId"], "logins": logins}

    token = aws.call("get_credentials_for_identity", **given(dept="it"))["Credentials"]["SessionToken"]
    assert json.loads(base64.b64decode(token))["tags"] == {"dept": "it", "level": "2"}
    long = {"a": "x" * 230, "b": "x" * 230}
    assert aws.refused("get_credentials_for_identity", **given(**long)) == NO_ROLE


@pytest.mark.local_only
@pytest.mark.holds("roles-09", "roles-02")
def test_setting_the_same_roles_again_changes_nothing(aws: Client, pool: str) -> None:
    mappings = {KEY: rules(rule("dept", "Equals", "it", "it"))}
    set_roles(aws, pool, BOTH, mappings)
    before = aws.call("get_identity_pool_roles", identity_pool_id=pool)
    set_roles(aws, pool, BOTH, mappings)
    assert aws.call("get_identity_pool_roles", identity_pool_id=pool) == before


@pytest.mark.local_only
@pytest.mark.holds("roles-12", "roles-29")
def test_the_enhanced_flow_works_where_the_classic_one_is_closed_and_both_where_it_is_open(aws: Client) -> None:
    closed, mapped, plain = (
        aws.create_pool(allow_classic_flow=False),
        aws.create_pool(**ALL_PROVIDERS),
        aws.create_pool(),
    )
    set_roles(aws, closed, BOTH)
    set_roles(aws, mapped, BOTH, {KEY: rules(RULE)})
    set_roles(aws, plain, BOTH)
    assert [session(aws, each)["role"] for each in (closed, mapped, plain)] == [role("guest")] * 3
    guest = aws.get_id(plain)
    assert aws.call("get_open_id_token", identity_id=guest)["IdentityId"] == guest


@pytest.mark.holds("quotas-03", "identifiers-06")
def test_eleven_mappings_are_too_many(aws: Client, pool: str) -> None:
    mappings = {f"p{n}": {"Type": "Token"} for n in range(11)}
    refusal = aws.refused("set_identity_pool_roles", identity_pool_id=pool, roles={}, role_mappings=mappings)
    assert refusal.code == "ValidationException"
    assert refusal.message.endswith(
        "at 'roleMappings' failed to satisfy constraint: Member must have length less than or equal to 10"
    )
