"""Users signed out of their user pool, and the pools that look (ServerSideTokenCheck, fact sheet §7.9)."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from cognito_identity_local import errors
from cognito_identity_local.login_keys import KeySource, LoginKeySettings
from tests.clocks import NOW

from .issuer import claims, jwks, key_server, rsa, signed
from .service import GOOGLE, Refused, Service, refused_login, serving

USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc123"
SIGNED_OUT = refused_login(errors.LOCAL_SIGNED_OUT)
ROLES = {"authenticated": "arn:aws:iam::123456789012:role/users"}


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as started:
        yield started


def token(subject: str, client: str = "checked", **changed: object) -> str:
    return signed(claims(subject, USER_POOL, **{"aud": client, "iat": NOW, **changed}), rsa(1))


def sign_out(service: Service, content: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=20)
    try:
        connection.request("POST", "/signed-out", content)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def create_pool(service: Service) -> str:
    """With a client whose users are looked after and one whose users are not."""
    entries = [
        {"ProviderName": USER_POOL, "ClientId": "checked", "ServerSideTokenCheck": True},
        {"ProviderName": USER_POOL, "ClientId": "unchecked", "ServerSideTokenCheck": False},
        {"ProviderName": USER_POOL, "ClientId": "unset"},
    ]
    pool = service.create_pool(CognitoIdentityProviders=entries, DeveloperProviderName="dev")
    service.call("SetIdentityPoolRoles", IdentityPoolId=pool, Roles=ROLES)
    return pool


@pytest.mark.holds("lifecycle-11", "lifecycle-16", "options-19")
def test_a_user_who_is_signed_out_gets_no_token_and_no_credentials_and_keeps_the_identity(service: Service) -> None:
    pool, logins = create_pool(service), {USER_POOL: token("ann")}
    identity = service.get_id(pool, **logins)
    named = {"IdentityId": identity, "Logins": logins}
    assert service.call("GetOpenIdToken", **named)["IdentityId"] == identity
    before = service.call("DescribeIdentity", IdentityId=identity)
    assert sign_out(service, f'{{"{USER_POOL}":"ann"}}'.encode()) == (200, b"{}")
    developer = {"IdentityPoolId": pool, "Logins": {"dev": "ann", **logins}}
    assert [
        service.refused("GetOpenIdToken", **named),
        service.refused("GetCredentialsForIdentity", **named),
        service.refused("GetOpenIdTokenForDeveloperIdentity", **developer),
    ] == [SIGNED_OUT] * 3
    assert service.call("DescribeIdentity", IdentityId=identity) == before
    assert service.get_id(pool, **logins) == identity


@pytest.mark.holds("lifecycle-11")
@pytest.mark.parametrize("client", ["unchecked", "unset"])
def test_nobody_looks_where_the_check_is_off(service: Service, client: str) -> None:
    pool, logins = create_pool(service), {USER_POOL: token("ann", client)}
    named = {"IdentityId": service.get_id(pool, **logins), "Logins": logins}
    sign_out(service, f'{{"{USER_POOL}":"ann"}}'.encode())
    assert service.call("GetCredentialsForIdentity", **named)["IdentityId"] == named["IdentityId"]


@pytest.mark.holds("options-19", "lifecycle-11")
def test_others_are_not_signed_out_and_who_signs_in_again_is_in(service: Service) -> None:
    pool = create_pool(service)
    identity = service.get_id(pool, **{USER_POOL: token("ann")})
    service.clock.now += 60.5
    sign_out(service, f'{{"{USER_POOL}":"ann","{GOOGLE}":"bob"}}'.encode())

    def outcome(subject: str, iat: object = NOW) -> Refused | None:
        logins = {USER_POOL: token(subject, iat=iat)}
        named = service.get_id(pool, **logins)
        return service.outcome("GetCredentialsForIdentity", IdentityId=named, Logins=logins)

    assert outcome("bob") is None
    assert outcome("ann", iat=NOW + 60) == SIGNED_OUT
    assert outcome("ann", iat=NOW + 61) is None
    assert outcome("ann", iat=None) == outcome("ann", iat="soon") == SIGNED_OUT
    logins = {GOOGLE: signed(claims("bob"), rsa(1))}
    bob = service.get_id(pool, **logins)
    assert service.outcome("GetCredentialsForIdentity", IdentityId=bob, Logins=logins) is None
    assert identity == service.get_id(pool, **{USER_POOL: token("ann")})


@pytest.mark.holds("options-19")
def test_signatures_are_looked_at_before_sign_outs() -> None:
    with key_server() as keys, serving(login_keys=LoginKeySettings({USER_POOL: KeySource(url=keys.url)})) as service:
        keys.document = jwks(k1=rsa(2))
        pool = create_pool(service)
        guest = service.get_id(pool)
        sign_out(service, f'{{"{USER_POOL}":"ann"}}'.encode())
        forged, own = token("ann"), signed(claims("ann", USER_POOL, aud="checked"), rsa(2))
        outcomes = [
            service.refused("GetOpenIdToken", IdentityId=guest, Logins={USER_POOL: each}) for each in (forged, own)
        ]
        assert outcomes == [refused_login(errors.UNVERIFIABLE), SIGNED_OUT]


@pytest.mark.holds("options-19")
@pytest.mark.parametrize("content", [b"[]", b'"ann"', b'{"a":1}', b'{"a":["ann"]}', b"{", b"null"])
def test_a_sign_out_that_cannot_be_read(service: Service, content: bytes) -> None:
    status, answer = sign_out(service, content)
    assert status == 400
    assert b'{"__type":"SerializationException"' in answer
