"""Each kind of provider by what sets it apart (fact sheet §6.1, §8, §13): whose tokens are read, and what they say."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from cognito_identity_local import errors

from .client import ACCOUNT, Client, Refused, post
from .people import GOOGLE, NOW, SAML_ARN, USER_POOL, assertion, claims_of, google, jwt, user_pool

AMAZON, DIGITS = "www.amazon.com", "www.digits.com"
SELF_MADE = "login.partner.example"
FOREIGN = "arn:aws:iam::111122223333:oidc-provider/server.example.com"
NO_ROLE = Refused("InvalidIdentityPoolConfigurationException", errors.INVALID_POOL_CONFIGURATION)


def tagged(aws: Client, pool: str, provider: str, logins: dict[str, str]) -> tuple[list[str], dict[str, list[str]]]:
    """How the token says that the user signed in, and its default principal tags."""
    named = {"identity_pool_id": pool, "identity_provider_name": provider}
    aws.call("set_principal_tag_attribute_map", **named, use_defaults=True)
    identity = aws.get_id(pool, logins)
    claims = claims_of(aws.call("get_open_id_token", identity_id=identity, logins=logins)["Token"])
    return claims["amr"], claims["https://aws.amazon.com/tags"]["principal_tags"]


@pytest.mark.local_only
@pytest.mark.holds("logins-05", "logins-06", "identifiers-08", "principal_tags-06", "principal_tags-12")
@pytest.mark.parametrize(
    ("key", "app", "token", "user"),
    [(AMAZON, "amzn1.app", "Atza|opaque", "Atza|opaque"), (DIGITS, "key;secret", "token;hush", "token")],
    ids=["amazon", "digits"],
)
def test_opaque_tokens_stand_for_their_user(aws: Client, key: str, app: str, token: str, user: str) -> None:
    pool = aws.create_pool(supported_login_providers={key: app})
    name = hashlib.sha256(user.encode()).hexdigest()
    amr, tags = tagged(aws, pool, key, {key: token})
    assert amr == ["authenticated", key, f"{key}:{app.partition(';')[0]}:{name}"]
    assert tags == {"client": [app], "username": [name]}
    assert aws.get_id(pool, {key: token}) == aws.get_id(pool, {key: token})
    assert aws.get_id(pool, {key: f"other-{token}"}) != aws.get_id(pool, {key: token})


@pytest.mark.local_only
@pytest.mark.holds("logins-06")
def test_the_same_token_with_another_secret_is_the_same_user(aws: Client) -> None:
    pool = aws.create_pool(supported_login_providers={DIGITS: "key;secret"})
    assert aws.get_id(pool, {DIGITS: "token;one"}) == aws.get_id(pool, {DIGITS: "token;two"})
    assert aws.refused("get_id", identity_pool_id=pool, logins={DIGITS: "token"}) == Refused(
        "NotAuthorizedException", errors.LOCAL_INVALID_OPAQUE_TOKEN
    )


@pytest.mark.local_only
@pytest.mark.holds("unknowns-14", "principal_tags-07")
def test_defaults_win_over_a_map_that_comes_back_all_the_same(aws: Client) -> None:
    pool = aws.create_pool(supported_login_providers={GOOGLE: "google-app"})
    named = {"identity_pool_id": pool, "identity_provider_name": GOOGLE}
    stored = aws.call("set_principal_tag_attribute_map", **named, use_defaults=True, principal_tags={"mine": "sub"})
    assert (stored["UseDefaults"], stored["PrincipalTags"]) == (True, {"mine": "sub"})
    assert aws.call("get_principal_tag_attribute_map", **named) == stored
    logins = {GOOGLE: google("ann")}
    token = aws.call("get_open_id_token", identity_id=aws.get_id(pool, logins), logins=logins)["Token"]
    tags = claims_of(token)["https://aws.amazon.com/tags"]["principal_tags"]
    assert tags == {"client": ["google-app"], "username": ["ann"]}


@pytest.mark.local_only
@pytest.mark.holds("identity_pools-30")
def test_another_key_among_the_public_providers_has_openid_tokens(aws: Client) -> None:
    pool = aws.create_pool(supported_login_providers={SELF_MADE: "app"})
    good = {"iss": f"https://{SELF_MADE}", "aud": "app", "sub": "ann", "exp": NOW + 60}
    identity = aws.get_id(pool, {SELF_MADE: jwt(**good)})
    assert aws.call("describe_identity", identity_id=identity)["Logins"] == [SELF_MADE]
    refused = {
        aws.refused("get_id", identity_pool_id=pool, logins={SELF_MADE: token}).message
        for token in ("opaque", jwt(**good | {"aud": "other"}))
    }
    assert refused == {errors.NOT_OPENID, errors.UNSUPPORTED_PROVIDER}


@pytest.mark.local_only
@pytest.mark.holds("logins-17")
@pytest.mark.parametrize(
    ("claims", "accepted"),
    [
        ({"aud": "app"}, True),
        ({"aud": ["other", "app"]}, True),
        ({"aud": "other", "azp": "app"}, True),
        ({"aud": "other"}, False),
        ({"aud": ["other", "another"]}, False),
        ({"aud": "other", "azp": "another"}, False),
    ],
)
def test_the_app_of_a_public_token_is_its_party_or_one_of_its_audience(
    aws: Client, claims: dict[str, object], accepted: bool
) -> None:
    pool = aws.create_pool(supported_login_providers={GOOGLE: "app"})
    members = {"IdentityPoolId": pool, "Logins": {GOOGLE: google("ann", **claims)}}
    assert (post(aws.url, "GetId", members, signed=False).status == 200) == accepted


@pytest.mark.holds("identity_pools-10", "identity_pools-29")
def test_providers_that_are_not_there_are_accepted(aws: Client) -> None:
    settings: dict[str, Any] = {
        "open_id_connect_provider_arns": [FOREIGN],
        "cognito_identity_providers": [{"ProviderName": f"{USER_POOL}none", "ClientId": "none"}],
    }
    described = aws.call("describe_identity_pool", identity_pool_id=aws.create_pool(**settings))
    assert described["OpenIdConnectProviderARNs"] == [FOREIGN]
    assert described["CognitoIdentityProviders"] == settings["cognito_identity_providers"]
    saml = [f"arn:aws:iam::{ACCOUNT}:saml-provider/None"]
    pool = aws.create_pool(saml_provider_arns=saml)
    assert aws.call("describe_identity_pool", identity_pool_id=pool)["SamlProviderARNs"] == saml


@pytest.mark.local_only
@pytest.mark.holds("identities-05", "identities-02")
def test_a_subject_is_a_user_of_its_own_provider_only(aws: Client) -> None:
    other = f"{USER_POOL}Z"
    entries = [{"ProviderName": name, "ClientId": "app"} for name in (USER_POOL, other)]
    pool = aws.create_pool(cognito_identity_providers=entries)
    tokens = [
        {USER_POOL: user_pool("ann", aud="app")},
        {USER_POOL: user_pool("bob", aud="app")},
        {other: user_pool("ann", aud="app", iss=f"https://{other}")},
    ]
    found = [aws.get_id(pool, login) for login in tokens]
    assert len(set(found)) == 3
    assert [aws.get_id(pool, login) for login in tokens] == found
    elsewhere = aws.create_pool(cognito_identity_providers=entries)
    assert aws.get_id(elsewhere, tokens[0]) not in found


@pytest.mark.local_only
@pytest.mark.holds("roles-24", "logins-08")
def test_an_assertion_offers_the_roles_that_it_pairs_with_the_provider_in_either_order(aws: Client) -> None:
    one, two, other = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("one", "two", "other"))
    text = base64.b64decode(assertion("ann", one, other)).decode()
    for pair, instead in ((one, f"{SAML_ARN},{two}"), (other, f"{other},{SAML_ARN}2")):
        text = text.replace(f"{pair},{SAML_ARN}", instead)
    logins = {SAML_ARN: base64.b64encode(text.encode()).decode()}
    pool = aws.create_pool(saml_provider_arns=[SAML_ARN])
    token = aws.call("get_credentials_for_identity", identity_id=aws.get_id(pool, logins), logins=logins)
    assert json.loads(base64.b64decode(token["Credentials"]["SessionToken"]))["role"] == two


@pytest.mark.local_only
@pytest.mark.holds("roles-30", "roles-25")
def test_a_role_of_another_account_is_not_assumed(aws: Client) -> None:
    foreign, own = "arn:aws:iam::999999999999:role/x", f"arn:aws:iam::{ACCOUNT}:role/x"
    entries = [{"ProviderName": USER_POOL, "ClientId": "app"}]
    pool = aws.create_pool(cognito_identity_providers=entries, saml_provider_arns=[SAML_ARN])
    mapping = {f"{USER_POOL}:app": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    aws.call("set_identity_pool_roles", identity_pool_id=pool, roles={}, role_mappings=mapping)

    def logins(role: str) -> list[dict[str, str]]:
        claims = {"cognito:roles": [role], "cognito:preferred_role": role}
        return [{USER_POOL: user_pool("ann", aud="app", **claims)}, {SAML_ARN: assertion("ann", role)}]

    for login in logins(own):
        members = {"identity_id": aws.get_id(pool, login), "logins": login}
        token = aws.call("get_credentials_for_identity", **members)["Credentials"]["SessionToken"]
        assert json.loads(base64.b64decode(token))["role"] == own
    for login in logins(foreign):
        members = {"identity_id": aws.get_id(pool, login), "logins": login}
        assert aws.refused("get_credentials_for_identity", **members) == NO_ROLE
