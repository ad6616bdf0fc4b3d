"""Which tokens are accepted, and the exact words for those that are not (fact sheet §4, §8)."""

# ruff: noqa: E501 - sentences of the service stay whole

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from cognito_identity_local import errors

from .client import Client, Refused
from .conftest import TestClock
from .people import (
    ALL_PROVIDERS,
    CLIENT,
    DEVELOPER,
    FACEBOOK,
    GOOGLE,
    NOW,
    OIDC,
    SAML_ARN,
    TWITTER,
    USER_POOL,
    assertion,
    github,
    google,
    jwt,
    user_pool,
)

COGNITO = "cognito-identity.amazonaws.com"


@pytest.fixture(scope="module")
def pool(aws: Client) -> str:
    return aws.create_pool(**ALL_PROVIDERS)


def not_authorized(message: str) -> Refused:
    return Refused("NotAuthorizedException", message)


def moment(seconds: float) -> str:
    """As SAML writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def beyond_all_numbers() -> str:
    """A token whose expiry is valid JSON and too large for a float."""
    head, claims, tail = google("u", exp="1e400").split(".")
    text = base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)).replace(b'"1e400"', b"1e400")
    return f"{head}.{base64.urlsafe_b64encode(text).rstrip(b'=').decode()}.{tail}"


@pytest.mark.local_only
@pytest.mark.holds(
    "identities-02",
    "identities-03",
    "logins-01",
    "logins-03",
    "logins-05",
    "logins-06",
    "logins-07",
    "logins-08",
    "logins-11",
)
@pytest.mark.parametrize(
    ("key", "token"),
    [
        pytest.param(USER_POOL, user_pool("u1"), id="user pool"),
        pytest.param(GOOGLE, google("u1"), id="google"),
        pytest.param(GOOGLE, google("u2", iss="accounts.google.com"), id="google's bare issuer"),
        pytest.param(GOOGLE, google("u3", aud="web", azp="google-app"), id="authorized party"),
        pytest.param(OIDC, github("repo:x"), id="oidc"),
        pytest.param(OIDC, github("repo:y", aud=["a", "b"]), id="several audiences"),
        pytest.param(FACEBOOK, "EAAB-opaque", id="facebook"),
        pytest.param(TWITTER, "token;secret", id="twitter"),
        pytest.param(SAML_ARN, assertion("ann@corp"), id="saml"),
        pytest.param(GOOGLE, google("u4", exp=NOW - 299), id="expired within the clock skew"),
        pytest.param(SAML_ARN, assertion("bob@corp", until=moment(NOW - 299)), id="an assertion within the clock skew"),
    ],
)
def test_the_same_user_gets_the_same_identity(aws: Client, pool: str, key: str, token: str) -> None:
    first = aws.get_id(pool, {key: token})
    assert aws.get_id(pool, {key: token}) == first
    assert aws.call("describe_identity", identity_id=first)["Logins"] == [key]


@pytest.mark.local_only
@pytest.mark.holds(
    "errors-08", "errors-09", "errors-10", "errors-11", "errors-12", "errors-14", "identities-07", "logins-15"
)
@pytest.mark.parametrize(
    ("key", "token", "message"),
    [
        pytest.param(GOOGLE, "ya29.opaque", "Invalid login token. Not a valid OpenId Connect identity token.", id="not a JWT"),
        pytest.param(GOOGLE, "a.b.c", "Invalid login token. Not a valid OpenId Connect identity token.", id="not JSON"),
        pytest.param(GOOGLE, google("u", exp="soon"), "Invalid login token. Not a valid OpenId Connect identity token.", id="expiry no number"),
        pytest.param(GOOGLE, google("u", exp=float("inf")), "Invalid login token. Not a valid OpenId Connect identity token.", id="endless"),
        pytest.param(GOOGLE, beyond_all_numbers(), "Invalid login token. Not a valid OpenId Connect identity token.", id="beyond all numbers"),
        pytest.param(GOOGLE, google("u", iss="https://evil"), "Invalid login token. Issuer doesn't match providerName", id="issuer"),
        pytest.param(USER_POOL, user_pool("u", aud=None), "Invalid login token. Missing a required claim: aud", id="access token"),
        pytest.param(GOOGLE, google("u", sub=None), "Invalid login token. Missing a required claim: sub", id="no subject"),
        pytest.param(GOOGLE, google("u", exp=None), "Invalid login token. Missing a required claim: exp", id="no expiry"),
        pytest.param(GOOGLE, google("u", iss=None), "Invalid login token. Missing a required claim: iss", id="no issuer"),
        pytest.param(USER_POOL, user_pool("u", aud="other"), "Token is not from a supported provider of this identity pool.", id="client"),
        pytest.param(USER_POOL, user_pool("u", aud="other", azp=CLIENT), "Token is not from a supported provider of this identity pool.", id="a user pool's client is its audience"),
        pytest.param(GOOGLE, google("u", aud="other"), "Token is not from a supported provider of this identity pool.", id="app"),
        pytest.param("cognito-idp.us-east-1.amazonaws.com/us-east-1_Z", user_pool("u"), "Token is not from a supported provider of this identity pool.", id="provider"),
        pytest.param(GOOGLE, google("u", exp=NOW - 300), "Invalid login token. Token is expired.", id="expired"),
        pytest.param(USER_POOL, user_pool("u", exp=int(NOW) - 300), f"Invalid login token. Token expired: {int(NOW) - 300} >= {int(NOW) - 300}", id="expired user pool token"),
        pytest.param(TWITTER, "only-a-token", errors.LOCAL_INVALID_OPAQUE_TOKEN, id="no secret"),
        pytest.param(SAML_ARN, "%%%", errors.LOCAL_INVALID_ASSERTION, id="not base64"),
        pytest.param(SAML_ARN, base64.b64encode(b"<x").decode(), errors.LOCAL_INVALID_ASSERTION, id="not XML"),
        pytest.param(SAML_ARN, base64.b64encode(b'<?xml version="1.0" encoding="none"?><x/>').decode(), errors.LOCAL_INVALID_ASSERTION, id="unknown encoding"),
        pytest.param(SAML_ARN, assertion("x", until="soon"), errors.LOCAL_INVALID_ASSERTION, id="no date"),
        pytest.param(SAML_ARN, assertion(None), errors.LOCAL_INVALID_ASSERTION, id="no name"),
        pytest.param(SAML_ARN, assertion(" \n"), errors.LOCAL_INVALID_ASSERTION, id="a blank for a name"),
        pytest.param(SAML_ARN, assertion("x", doctype='<!DOCTYPE x [<!ENTITY e "e">]>'), errors.LOCAL_INVALID_ASSERTION, id="entities"),
        pytest.param(SAML_ARN, assertion("x", until=moment(NOW - 300)), "Invalid login token. Token is expired.", id="expired assertion"),
        pytest.param(COGNITO, jwt(iss="https://cognito-identity.amazonaws.com"), "Invalid login token. Can't pass in a Cognito token.", id="cognito's key"),
        pytest.param(DEVELOPER, jwt(iss="https://cognito-identity.amazonaws.com"), "Invalid login token. Can't pass in a Cognito token.", id="cognito token as developer user"),
        pytest.param(GOOGLE, jwt(iss="https://cognito-identity.amazonaws.com"), "Invalid login token. Can't pass in a Cognito token.", id="cognito token as google's"),
    ],
)  # fmt: skip
def test_a_bad_token_is_refused(aws: Client, pool: str, key: str, token: str, message: str) -> None:
    assert aws.refused("get_id", identity_pool_id=pool, logins={key: token}) == not_authorized(message)


@pytest.mark.local_only
@pytest.mark.holds("identities-04", "logins-10")
def test_one_bad_token_fails_the_call(aws: Client, pool: str) -> None:
    logins = {GOOGLE: google("never linked"), FACEBOOK: "fine", USER_POOL: "bad"}
    before = len(aws.call("list_identities", identity_pool_id=pool, max_results=60)["Identities"])
    assert aws.refused("get_id", identity_pool_id=pool, logins=logins).code == "NotAuthorizedException"
    assert len(aws.call("list_identities", identity_pool_id=pool, max_results=60)["Identities"]) == before


@pytest.mark.local_only
@pytest.mark.holds("errors-12", "logins-11")
def test_time_makes_a_token_expire(aws: Client, pool: str, clock: TestClock) -> None:
    token = user_pool("late", exp=int(NOW) + 10)
    aws.get_id(pool, {USER_POOL: token})
    clock.now = NOW + 400.5
    expected = f"Invalid login token. Token expired: {int(NOW) + 100} >= {int(NOW) + 10}"
    assert aws.refused("get_id", identity_pool_id=pool, logins={USER_POOL: token}) == not_authorized(expected)


@pytest.mark.holds("errors-06")
def test_logins_in_a_pool_without_providers(aws: Client) -> None:
    pool = aws.create_pool()
    assert aws.refused("get_id", identity_pool_id=pool, logins={GOOGLE: google("u")}) == not_authorized(
        f"Identity pool - {pool} does not have identity providers configured."
    )


@pytest.mark.holds("errors-20", "unknowns-22", "identities-07")
def test_the_developer_provider_is_no_public_one(aws: Client, pool: str) -> None:
    logins = {DEVELOPER: "ann"}
    expected = Refused("InvalidParameterException", "Please provide a valid public provider.")
    guest = aws.get_id(pool)
    assert aws.refused("get_id", identity_pool_id=pool, logins=logins) == expected
    assert aws.refused("get_open_id_token", identity_id=guest, logins=logins) == expected
    assert aws.refused("get_credentials_for_identity", identity_id=guest, logins=logins) == expected
    logins = {DEVELOPER: jwt(iss="https://cognito-identity.amazonaws.com")}
    assert aws.refused("get_credentials_for_identity", identity_id=guest, logins=logins) == expected


@pytest.mark.local_only
@pytest.mark.holds("logins-14")
def test_several_app_ids_of_a_public_provider(aws: Client) -> None:
    pool = aws.create_pool(supported_login_providers={GOOGLE: "web;phone"})
    assert aws.get_id(pool, {GOOGLE: google("u", aud="web")}) == aws.get_id(pool, {GOOGLE: google("u", aud="phone")})


@pytest.mark.local_only
@pytest.mark.holds("identity_pools-11", "identities-05")
def test_a_user_pool_with_two_clients_has_one_user(aws: Client) -> None:
    entries = [{"ProviderName": USER_POOL, "ClientId": client} for client in (CLIENT, "second")]
    pool = aws.create_pool(cognito_identity_providers=entries)
    assert aws.get_id(pool, {USER_POOL: user_pool("u")}) == aws.get_id(pool, {USER_POOL: user_pool("u", aud="second")})


@pytest.mark.local_only
@pytest.mark.holds("logins-02", "logins-04")
@pytest.mark.parametrize(
    ("key", "setting"),
    [
        ("appleid.apple.com", {"supported_login_providers": {"appleid.apple.com": "app"}}),
        (
            "cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A",
            {
                "cognito_identity_providers": [
                    {"ProviderName": "cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A", "ClientId": "app"}
                ]
            },
        ),
    ],
    ids=["apple", "china"],
)
def test_id_tokens_of_apple_and_of_a_user_pool_in_china(aws: Client, key: str, setting: dict[str, Any]) -> None:
    pool = aws.create_pool(**setting)
    good = {"iss": f"https://{key}", "aud": "app", "sub": "ann", "exp": NOW + 60}
    identity = aws.get_id(pool, {key: jwt(**good)})
    assert aws.call("describe_identity", identity_id=identity)["Logins"] == [key]
    for wrong, message in (
        ({"aud": "other"}, errors.UNSUPPORTED_PROVIDER),
        ({"iss": "https://x"}, errors.WRONG_ISSUER),
    ):
        assert aws.refused("get_id", identity_pool_id=pool, logins={key: jwt(**good | wrong)}) == not_authorized(
            message
        )
