"""OpenID tokens that a pool issues (fact sheet §10)."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

from .client import Client, Refused, post, raw
from .people import (
    ALL_PROVIDERS,
    CLIENT,
    DEVELOPER,
    FACEBOOK,
    GOOGLE,
    NOW,
    OIDC,
    OIDC_ARN,
    SAML_ARN,
    TWITTER,
    USER_POOL,
    assertion,
    github,
    google,
    user_pool,
)

ISSUER = "https://cognito-identity.amazonaws.com"
TOKEN = "get_open_id_token_for_developer_identity"


def segment(token: str, number: int) -> str:
    text = token.split(".")[number]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def claims(token: str) -> dict[str, Any]:
    """In the order in which they stand in the token."""
    content: dict[str, Any] = json.loads(segment(token, 1))
    return content


def login(aws: Client, pool: str, **logins: str) -> tuple[str, str]:
    """An identity with the logins, and its token."""
    given = {
        {
            "google": GOOGLE,
            "user_pool": USER_POOL,
            "oidc": OIDC,
            "saml": SAML_ARN,
            "facebook": FACEBOOK,
            "twitter": TWITTER,
        }[k]: v
        for k, v in logins.items()
    }
    identity = aws.get_id(pool, given)
    return identity, str(aws.call("get_open_id_token", identity_id=identity, logins=given)["Token"])


@pytest.mark.local_only
@pytest.mark.holds("tokens-01", "tokens-02", "tokens-07", "lifecycle-01")
def test_a_guests_token_whole(aws: Client, pool: str) -> None:
    guest = aws.get_id(pool)
    answer = aws.call("get_open_id_token", identity_id=guest)
    assert answer == {"IdentityId": guest, "Token": answer["Token"]}
    assert segment(answer["Token"], 0) == '{"kid":"us-east-1-1","typ":"JWS","alg":"RS512"}'
    expected = {
        "sub": guest,
        "aud": pool,
        "amr": ["unauthenticated"],
        "iss": ISSUER,
        "exp": int(NOW) + 600,
        "iat": int(NOW),
    }
    assert segment(answer["Token"], 1) == json.dumps(expected, separators=(",", ":"))


@pytest.mark.local_only
@pytest.mark.holds("tokens-08", "tokens-09")
def test_tokens_verify_against_the_published_keys(aws: Client, pool: str) -> None:
    token = aws.call("get_open_id_token", identity_id=aws.get_id(pool))["Token"]
    found = raw(aws.url, "GET", "/.well-known/openid-configuration")
    assert found.headers["cache-control"] == "max-age=2592000"
    assert found.json == {
        "issuer": ISSUER,
        "jwks_uri": f"{aws.url}/.well-known/jwks_uri",
        "response_types_supported": ["token id_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS512"],
    }
    keys = raw(aws.url, "GET", "/.well-known/jwks_uri").json
    mine = next(key for key in keys["keys"] if key["kid"] == "us-east-1-1")
    assert mine == {**mine, "kty": "RSA", "e": "AQAB", "use": "sig", "alg": "RS512"}
    assert mine.keys() == {"kty", "n", "e", "use", "alg", "kid"}
    assert len(base64.urlsafe_b64decode(mine["n"] + "==")) == 2048 // 8
    verified = joserfc_jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS512"])
    assert verified.claims["aud"] == pool


@pytest.mark.local_only
@pytest.mark.holds("tokens-01", "tokens-03", "tokens-09")
@pytest.mark.parametrize(
    ("region", "issuer"),
    [
        ("eu-west-1", ISSUER),
        ("eu-south-1", "https://cognito-identity.eu-south-1.amazonaws.com"),
        ("us-gov-west-1", "https://cognito-identity.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "https://cognito-identity.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_every_region_signs_with_a_key_of_its_own(url: str, region: str, issuer: str) -> None:
    client = Client(url, region=region)
    try:
        pool = client.create_pool(developer_provider_name=DEVELOPER)
        token = client.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "ann"})["Token"]
    finally:
        client.close()
    assert json.loads(segment(token, 0))["kid"] == f"{region}-1"
    assert claims(token)["iss"] == issuer
    keys = {key["kid"]: key for key in raw(url, "GET", "/.well-known/jwks_uri").json["keys"]}
    assert keys["us-east-1-1"]["n"] != keys[f"{region}-1"]["n"]


@pytest.mark.local_only
@pytest.mark.holds("tokens-04", "unknowns-26")
@pytest.mark.parametrize(
    ("logins", "amr"),
    [
        ({"user_pool": user_pool("u")}, [USER_POOL, f"{USER_POOL}:CognitoSignIn:u"]),
        ({"oidc": github("repo:x")}, [OIDC, f"{OIDC_ARN}:OIDC:repo:x"]),
        ({"google": google("g")}, [GOOGLE, f"{GOOGLE}:google-app:g"]),
        ({"twitter": "token;secret"}, [TWITTER, f"{TWITTER}:key:{hashlib.sha256(b'token').hexdigest()}"]),
        ({"saml": assertion("ann")}, [SAML_ARN, f"{SAML_ARN}:SAML:ann"]),
        (
            {"google": google("g"), "user_pool": user_pool("u")},
            [GOOGLE, f"{GOOGLE}:google-app:g", USER_POOL, f"{USER_POOL}:CognitoSignIn:u"],
        ),
    ],
    ids=["user pool", "oidc", "google", "twitter", "saml", "two"],
)
def test_the_token_tells_how_the_user_signed_in(aws: Client, pool: str, logins: dict[str, str], amr: list[str]) -> None:
    _, token = login(aws, pool, **logins)
    assert claims(token)["amr"] == ["authenticated", *amr]


@pytest.mark.local_only
@pytest.mark.holds("unknowns-26")
def test_logins_are_told_in_the_order_of_linking_whatever_the_order_of_the_request(aws: Client, pool: str) -> None:
    identity = aws.get_id(pool, {USER_POOL: user_pool("u")})
    logins = {GOOGLE: google("g"), USER_POOL: user_pool("u")}
    token = aws.call("get_open_id_token", identity_id=identity, logins=logins)["Token"]
    expected = ["authenticated", USER_POOL, f"{USER_POOL}:CognitoSignIn:u", GOOGLE, f"{GOOGLE}:google-app:g"]
    assert claims(token)["amr"] == expected


@pytest.mark.local_only
@pytest.mark.holds("tokens-02", "tokens-04", "developer_identities-02")
def test_a_developer_users_token_whole(aws: Client, pool: str) -> None:
    answer = aws.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "ann"})
    assert claims(answer["Token"]) == {
        "sub": answer["IdentityId"],
        "aud": pool,
        "amr": ["authenticated", DEVELOPER, f"{DEVELOPER}:{pool}:ann"],
        "iss": ISSUER,
        "exp": int(NOW) + 900,
        "iat": int(NOW),
    }


@pytest.mark.local_only
@pytest.mark.holds(
    "developer_identities-02", "developer_identities-08", "developer_identities-21", "tokens-02", "tokens-06"
)
def test_duration_and_tags_of_a_developer_users_token(aws: Client, pool: str) -> None:
    members = {"principal_tags": {"dept": "it"}, "token_duration": 86400}
    token = claims(aws.call(TOKEN, identity_pool_id=pool, logins={DEVELOPER: "ann"}, **members)["Token"])
    assert list(token) == [
        "sub",
        "aud",
        "amr",
        "https://aws.amazon.com/tags",
        "iss",
        "https://cognito-identity.amazonaws.com/identity-pool-arn",
        "exp",
        "iat",
    ]
    assert token["exp"] - token["iat"] == 86400
    assert token["https://aws.amazon.com/tags"] == {"principal_tags": {"dept": ["it"]}}
    assert token["https://cognito-identity.amazonaws.com/identity-pool-arn"] == (
        f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool}"
    )


def principal_tags(aws: Client, pool: str, provider: str, **members: Any) -> None:
    named = {"identity_pool_id": pool, "identity_provider_name": provider}
    aws.call("set_principal_tag_attribute_map", **named, **members)


@pytest.mark.local_only
@pytest.mark.holds(
    "tokens-05", "tokens-06", "principal_tags-04", "principal_tags-06", "principal_tags-07", "unknowns-14"
)
def test_mapped_claims_become_principal_tags(aws: Client, pool: str) -> None:
    principal_tags(
        aws,
        pool,
        USER_POOL,
        principal_tags={"dept": "custom:dept", "groups": "cognito:groups", "none": "x", "ok": "email_verified"},
    )
    principal_tags(aws, pool, OIDC_ARN, use_defaults=True)
    principal_tags(aws, pool, FACEBOOK, use_defaults=True)
    token = user_pool("u", **{"custom:dept": "it", "cognito:groups": ["a", "b"], "email_verified": True})
    tags = claims(login(aws, pool, user_pool=token)[1])["https://aws.amazon.com/tags"]
    assert tags == {"principal_tags": {"dept": ["it"], "groups": ["a,b"], "ok": ["true"]}}
    tags = claims(login(aws, pool, oidc=github("repo:x"))[1])["https://aws.amazon.com/tags"]
    assert tags == {"principal_tags": {"client": ["sts"], "username": ["repo:x"]}}
    tags = claims(login(aws, pool, facebook="opaque")[1])["https://aws.amazon.com/tags"]
    assert tags["principal_tags"]["client"] == ["1234"]
    assert "https://aws.amazon.com/tags" not in claims(login(aws, pool, google=google("g"))[1])


@pytest.mark.local_only
@pytest.mark.holds("principal_tags-14")
def test_of_several_logins_the_first_that_has_a_tag_gives_its_value(aws: Client, pool: str) -> None:
    for provider in (GOOGLE, USER_POOL):
        principal_tags(aws, pool, provider, principal_tags={"dept": "dept", "team": "team"})
    google_login, user_login = google("g", dept="google"), user_pool("u", dept="users", team="users")
    for logins, dept in (
        ({GOOGLE: google_login, USER_POOL: user_login}, "google"),
        ({USER_POOL: user_login, GOOGLE: google_login}, "users"),
    ):
        identity = aws.get_id(pool, logins)
        token = aws.call("get_open_id_token", identity_id=identity, logins=logins)["Token"]
        assert claims(token)["https://aws.amazon.com/tags"] == {"principal_tags": {"dept": [dept], "team": ["users"]}}


@pytest.mark.holds("errors-18", "identity_pools-04")
def test_classic_flow_is_open_unless_it_is_closed(aws: Client) -> None:
    closed = aws.create_pool(allow_classic_flow=False)
    expected = Refused("InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow.")
    assert aws.refused("get_open_id_token", identity_id=aws.get_id(closed)) == expected
    for setting in ({}, {"allow_classic_flow": True}):
        guest = aws.get_id(aws.create_pool(**setting))
        assert aws.call("get_open_id_token", identity_id=guest)["IdentityId"] == guest


@pytest.mark.local_only
@pytest.mark.holds("errors-19", "errors-30", "roles-08")
def test_role_mappings_close_classic_flow_before_anything_else_is_looked_at(aws: Client) -> None:
    pool = aws.create_pool(**{**ALL_PROVIDERS, "allow_unauthenticated_identities": False})
    user = aws.get_id(pool, {GOOGLE: google("ann")})
    mapping = {f"{USER_POOL}:{CLIENT}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    aws.call("set_identity_pool_roles", identity_pool_id=pool, roles={}, role_mappings=mapping)
    assert aws.refused("get_open_id_token", identity_id=user) == Refused(
        "InvalidParameterException",
        "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.",
    )
    settings = {**ALL_PROVIDERS, "allow_classic_flow": False, "allow_unauthenticated_identities": False}
    aws.call("update_identity_pool", identity_pool_id=pool, identity_pool_name="p", **settings)
    assert aws.refused("get_open_id_token", identity_id=user) == Refused(
        "InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow."
    )


@pytest.mark.local_only
@pytest.mark.holds("tokens-11")
def test_a_token_on_the_wire(aws: Client, pool: str) -> None:
    answer = post(aws.url, "GetOpenIdToken", {"IdentityId": aws.get_id(pool)}, signed=False)
    assert list(answer.json) == ["IdentityId", "Token"]


@pytest.mark.local_only
@pytest.mark.holds("unknowns-25")
def test_the_token_of_a_deleted_pool_still_verifies(aws: Client, pool: str) -> None:
    token = aws.call("get_open_id_token", identity_id=aws.get_id(pool))["Token"]
    aws.call("delete_identity_pool", identity_pool_id=pool)
    keys = raw(aws.url, "GET", "/.well-known/jwks_uri").json
    assert joserfc_jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS512"]).claims["aud"] == pool


@pytest.mark.local_only
@pytest.mark.holds("principal_tags-12", "principal_tags-06", "principal_tags-07")
def test_defaults_of_providers_whose_tokens_have_no_claims(aws: Client, pool: str) -> None:
    principal_tags(aws, pool, SAML_ARN, use_defaults=True)
    principal_tags(aws, pool, TWITTER, use_defaults=True)
    tags = claims(login(aws, pool, saml=assertion("ann@corp"))[1])["https://aws.amazon.com/tags"]["principal_tags"]
    assert tags["username"] == ["ann@corp"]
    tags = claims(login(aws, pool, twitter="token;secret")[1])["https://aws.amazon.com/tags"]["principal_tags"]
    assert tags.keys() == {"client", "username"}
    assert tags["client"] == ["key;secret"]
