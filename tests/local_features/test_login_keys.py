"""Signatures under login tokens: whose are checked, with which keys, and what happens when the keys cannot be had."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, OctKey

from cognito_identity_local import fetching, login_keys
from cognito_identity_local.database import LocalServiceError
from cognito_identity_local.login_keys import KEYS_SECONDS, KeySource, LoginKeySettings, parse_issuers

from .issuer import KeyServer, claims, jwks, key_server, rsa, send, signed
from .service import GOOGLE, Refused, Service, refused_login, serving

UNVERIFIABLE = refused_login("Invalid login token. Couldn't verify signed token.")
UNREACHABLE = Refused("ExternalServiceException", "The keys of accounts.google.com cannot be read.")
GITHUB = "token.actions.githubusercontent.com"
GITHUB_ARN = f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}"
SAML_ARN = "arn:aws:iam::123456789012:saml-provider/Corp"


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with key_server() as server:
        server.document = jwks(k1=rsa(1))
        yield server


@pytest.fixture
def service(keys: KeyServer) -> Iterator[Service]:
    with serving(login_keys=LoginKeySettings({GOOGLE: KeySource(url=keys.url)})) as started:
        yield started


def unsigned(subject: str) -> str:
    return (
        signed(claims(subject), rsa(1)).rpartition(".")[0] + "." + base64.urlsafe_b64encode(b"x" * 256).decode()[:342]
    )


@pytest.mark.holds("logins-12", "options-02")
@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_a_token_that_the_issuer_has_signed_is_accepted(service: Service, alg: str) -> None:
    pool = service.create_pool()
    first = service.get_id(pool, **{GOOGLE: signed(claims("ann"), rsa(1), alg=alg)})
    assert service.get_id(pool, **{GOOGLE: signed(claims("ann"), rsa(1), kid=None)}) == first


@pytest.mark.holds("logins-12", "errors-13")
@pytest.mark.parametrize(
    "token",
    [
        pytest.param(signed(claims("ann"), rsa(2)), id="another key"),
        pytest.param(signed(claims("ann"), rsa(1), kid="9"), id="unknown key id"),
        pytest.param(signed(claims("ann"), rsa(1), kid="odd"), id="key id of another kind of key"),
        pytest.param(signed(claims("ann"), rsa(1), kid=""), id="empty key id"),
        pytest.param(unsigned("ann"), id="no signature"),
        pytest.param(signed(claims("ann"), OctKey.generate_key(256), alg="HS256"), id="HMAC"),
        pytest.param(signed(claims("ann"), rsa(1), alg="PS256"), id="RSA-PSS"),
        pytest.param(signed(claims("ann"), ECKey.generate_key("P-256"), alg="ES256"), id="elliptic curve"),
        pytest.param("eyJhbGciOiJub25lIn0." + signed(claims("ann"), rsa(1)).split(".")[1] + ".", id="none"),
        pytest.param("eyJhbGciOltdfQ." + signed(claims("ann"), rsa(1)).split(".")[1] + ".AA", id="algorithm no text"),
        pytest.param("e30." + signed(claims("ann"), rsa(1)).split(".")[1] + ".é", id="signature no base64"),
    ],
)
def test_a_token_that_the_issuer_has_not_signed_is_refused(service: Service, token: str) -> None:
    pool = service.create_pool()
    assert service.refused("GetId", IdentityPoolId=pool, Logins={GOOGLE: token}) == UNVERIFIABLE


@pytest.mark.holds("logins-12", "errors-13")
@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("opaque", "Invalid login token. Not a valid OpenId Connect identity token."),
        (signed(claims("ann", "evil"), rsa(2)), "Invalid login token. Issuer doesn't match providerName"),
        (signed(claims("ann", exp=1), rsa(2)), "Invalid login token. Couldn't verify signed token."),
        (signed(claims("ann", exp=1), rsa(1)), "Invalid login token. Token is expired."),
        (signed(claims("ann", aud="x"), rsa(1)), "Token is not from a supported provider of this identity pool."),
    ],
)
def test_the_signature_is_looked_at_after_the_issuer_and_before_the_other_claims(
    service: Service, token: str, message: str
) -> None:
    pool = service.create_pool()
    assert service.refused("GetId", IdentityPoolId=pool, Logins={GOOGLE: token}) == refused_login(message)


@pytest.mark.holds("logins-12", "errors-13")
def test_every_operation_with_logins_looks_at_signatures(service: Service) -> None:
    pool = service.create_pool(DeveloperProviderName="dev")
    identity = service.get_id(pool, **{GOOGLE: signed(claims("ann"), rsa(1))})
    bad = {GOOGLE: signed(claims("ann"), rsa(2))}
    named = {"IdentityId": identity, "Logins": bad}
    developer = {"IdentityPoolId": pool, "Logins": {"dev": "ann", **bad}}
    assert [
        service.refused("GetOpenIdToken", **named),
        service.refused("GetCredentialsForIdentity", **named),
        service.refused("UnlinkIdentity", **named, LoginsToRemove=[GOOGLE]),
        service.refused("GetOpenIdTokenForDeveloperIdentity", **developer),
    ] == [UNVERIFIABLE] * 4


@pytest.mark.holds("options-01", "options-03")
def test_other_issuers_are_not_verified_unless_signatures_are_required() -> None:
    tokens = {GITHUB: signed(claims("repo", GITHUB), rsa(2))}
    with serving() as service:
        pool = service.create_pool(OpenIdConnectProviderARNs=[GITHUB_ARN])
        assert service.get_id(pool, **tokens)
    with serving(login_keys=LoginKeySettings(require_signatures=True)) as service:
        pool = service.create_pool(OpenIdConnectProviderARNs=[GITHUB_ARN])
        assert service.refused("GetId", IdentityPoolId=pool, Logins=tokens) == UNVERIFIABLE
        assert service.get_id(pool)


@pytest.mark.holds("options-03")
def test_what_has_no_signature_of_its_own_has_to_be_named_as_unverified() -> None:
    facebook, xml = (
        "graph.facebook.com",
        b'<s:A xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion"><s:Subject><s:NameID>a</s:NameID></s:Subject></s:A>',
    )
    logins = {facebook: "EAAB", SAML_ARN: base64.b64encode(xml).decode()}
    settings = {"SupportedLoginProviders": {facebook: "1"}, "SamlProviderARNs": [SAML_ARN]}
    with serving(login_keys=LoginKeySettings(require_signatures=True)) as service:
        pool = service.create_pool(**settings)
        for key, token in logins.items():
            assert service.refused("GetId", IdentityPoolId=pool, Logins={key: token}) == UNVERIFIABLE
    named = {key: KeySource() for key in logins}
    with serving(login_keys=LoginKeySettings(named, require_signatures=True)) as service:
        assert service.get_id(service.create_pool(**settings), **logins)


@pytest.mark.holds("options-04")
def test_keys_are_read_when_first_needed_and_again_when_they_are_old(service: Service, keys: KeyServer) -> None:
    pool = service.create_pool()
    service.get_id(pool)
    assert keys.paths == []
    for moment in (0, 1, KEYS_SECONDS, KEYS_SECONDS):
        service.clock.now = moment + 1_800_000_000
        service.get_id(pool, **{GOOGLE: signed(claims("ann"), rsa(1))})
    assert keys.paths == ["/jwks", "/jwks"]


@pytest.mark.holds("options-04")
def test_keys_that_were_read_when_the_clock_was_ahead_are_read_again(service: Service, keys: KeyServer) -> None:
    pool, ahead = service.create_pool(), service.clock.now + 40 * 24 * 3600
    logins = {GOOGLE: signed(claims("ann", exp=ahead + 3600), rsa(1))}
    for moment in (ahead, service.clock.now):
        service.clock.now = moment
        service.get_id(pool, **logins)
    assert keys.paths == ["/jwks", "/jwks"]


@pytest.mark.holds("options-04")
def test_an_unknown_key_id_reads_the_keys_once_more(service: Service, keys: KeyServer) -> None:
    pool = service.create_pool()
    service.get_id(pool, **{GOOGLE: signed(claims("ann"), rsa(1))})
    keys.document = jwks(k1=rsa(1), k2=rsa(2))
    service.get_id(pool, **{GOOGLE: signed(claims("ann"), rsa(2), kid="2")})
    service.get_id(pool, **{GOOGLE: signed(claims("ann"), rsa(1))})
    assert len(keys.paths) == 2
    stranger = {GOOGLE: signed(claims("ann"), rsa(2), kid="9")}
    assert service.refused("GetId", IdentityPoolId=pool, Logins=stranger) == UNVERIFIABLE
    assert len(keys.paths) == 3


@pytest.mark.holds("options-05")
def test_whatever_a_token_names_only_the_configured_address_is_asked(service: Service, keys: KeyServer) -> None:
    pool = service.create_pool()
    with key_server() as elsewhere:
        elsewhere.document = jwks(k1=rsa(2))
        token = signed(claims("ann", jku=elsewhere.url, jwks_uri=elsewhere.url), rsa(2))
        assert service.refused("GetId", IdentityPoolId=pool, Logins={GOOGLE: token}) == UNVERIFIABLE
        keys.script = lambda handler: send(handler, 302, b"", Location=elsewhere.url)
        token = signed(claims("ann"), rsa(2), kid="2")
        assert service.refused("GetId", IdentityPoolId=pool, Logins={GOOGLE: token}) == UNREACHABLE
        assert elsewhere.paths == []


@pytest.mark.holds("options-06")
def test_waiting_for_an_issuer_holds_up_nobody_else_and_asks_once(service: Service, keys: KeyServer) -> None:
    pool, asked, go_on = service.create_pool(), threading.Event(), threading.Event()

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        go_on.wait(20)
        send(handler, 200, keys.document)

    keys.script = slowly
    with ThreadPoolExecutor() as threads:
        tokens = [signed(claims(name), rsa(1)) for name in ("ann", "bob", "cem")]
        waiting = [threads.submit(service.get_id, pool, **{GOOGLE: token}) for token in tokens]
        assert asked.wait(20)
        service.get_id(pool)
        go_on.set()
        assert len({each.result(20) for each in waiting}) == 3
    assert keys.paths == ["/jwks"]


def _dead(keys: KeyServer) -> None:
    keys.script = lambda handler: handler.connection.close()


def _status(keys: KeyServer) -> None:
    keys.script = lambda handler: send(handler, 500, keys.document)


def _no_document(keys: KeyServer) -> None:
    keys.document = b"<html>"


def _no_keys(keys: KeyServer) -> None:
    keys.document = b'{"keys":[{"kty":"RSA","n":"!"}]}'


def _wrong_shape(keys: KeyServer) -> None:
    keys.document = b'{"keys":["a"]}'


def _cut(keys: KeyServer) -> None:
    keys.script = lambda handler: send(handler, 200, keys.document, length=10**6)


def _endless(keys: KeyServer) -> None:
    keys.document = b" " * (1024 * 1024 + 1)


def _endless_head(keys: KeyServer) -> None:
    keys.script = lambda handler: send(handler, 200, keys.document, X="x" * 1024 * 1024)


def _other_protocol(keys: KeyServer) -> None:
    keys.script = lambda handler: send(handler, 101, b"", Upgrade="h2c", Connection="Upgrade")


def _no_http(keys: KeyServer) -> None:
    def greet(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"SSH-2.0\r\n\r\n")

    keys.script = greet


@pytest.mark.holds("errors-29", "unknowns-02")
@pytest.mark.parametrize(
    "broken",
    [
        _dead,
        _status,
        _no_document,
        _no_keys,
        _wrong_shape,
        _cut,
        _endless,
        _endless_head,
        _other_protocol,
        _no_http,
    ],
)
def test_an_issuer_that_gives_no_keys_is_an_external_service_that_fails(
    service: Service, keys: KeyServer, broken: object, caplog: pytest.LogCaptureFixture
) -> None:
    pool, logins = service.create_pool(), {GOOGLE: signed(claims("ann"), rsa(1))}
    assert callable(broken)
    broken(keys)
    assert service.refused("GetId", IdentityPoolId=pool, Logins=logins) == UNREACHABLE
    assert "the keys of accounts.google.com cannot be read: " in caplog.text
    keys.script, keys.document = None, jwks(k1=rsa(1))
    assert service.get_id(pool, **logins)


@pytest.mark.holds("errors-29", "wire-26", "identities-21")
def test_an_issuer_without_keys_is_blamed_by_the_operations_whose_model_can_say_so(
    service: Service, keys: KeyServer
) -> None:
    _status(keys)
    pool, logins = service.create_pool(DeveloperProviderName="dev"), {GOOGLE: signed(claims("ann"), rsa(1))}
    named = {"IdentityId": service.get_id(pool), "Logins": logins}
    developer = {"IdentityPoolId": pool, "Logins": {"dev": "ann", **logins}}
    assert [
        service.refused("GetOpenIdToken", **named),
        service.refused("GetCredentialsForIdentity", **named),
        service.refused("UnlinkIdentity", **named, LoginsToRemove=[GOOGLE]),
        service.refused("GetOpenIdTokenForDeveloperIdentity", **developer),
    ] == [UNREACHABLE, UNREACHABLE, UNREACHABLE, UNVERIFIABLE]


@pytest.mark.holds("errors-29", "options-06")
def test_an_issuer_that_does_not_answer_in_time(
    service: Service, keys: KeyServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.05)
    pool, done = service.create_pool(), threading.Event()

    def silently(_: BaseHTTPRequestHandler) -> None:
        done.wait(20)

    keys.script = silently
    logins = {GOOGLE: signed(claims("ann"), rsa(1))}
    assert service.refused("GetId", IdentityPoolId=pool, Logins=logins) == UNREACHABLE
    done.set()
    assert "no answer in" in caplog.text


@pytest.mark.holds("errors-30")
def test_a_pool_that_is_not_there_is_said_before_keys_that_are_not_there(service: Service, keys: KeyServer) -> None:
    _status(keys)
    pool = "us-east-1:00000000-0000-4000-8000-000000000000"
    logins = {GOOGLE: signed(claims("ann"), rsa(1))}
    assert service.refused("GetId", IdentityPoolId=pool, Logins=logins).code == "ResourceNotFoundException"


@pytest.mark.holds("options-02")
def test_an_answer_without_a_length_ends_with_its_connection(service: Service, keys: KeyServer) -> None:
    keys.script = lambda handler: send(handler, 200, keys.document, length="none")
    assert service.get_id(service.create_pool(), **{GOOGLE: signed(claims("ann"), rsa(1))})


@pytest.mark.holds("options-04", "options-02", "errors-29")
def test_keys_in_a_file_are_read_again_for_an_unknown_key_id(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_bytes(jwks(k1=rsa(1)))
    with serving(login_keys=LoginKeySettings({GOOGLE: KeySource(file=file)})) as service:
        pool = service.create_pool()
        first = service.get_id(pool, **{GOOGLE: signed(claims("ann"), rsa(1))})
        file.write_bytes(jwks(k2=rsa(2)))
        assert service.get_id(pool, **{GOOGLE: signed(claims("ann"), rsa(2), kid="2")}) == first
        file.unlink()
        logins = {GOOGLE: signed(claims("ann"), rsa(1))}
        assert service.refused("GetId", IdentityPoolId=pool, Logins=logins) == UNREACHABLE


@pytest.mark.holds("options-18")
@pytest.mark.parametrize(
    ("content", "why"), [(None, "No such file or directory"), (b"{}", "not a JWKS document ('keys')")]
)
def test_a_file_without_keys_stops_the_start(tmp_path: Path, content: bytes | None, why: str) -> None:
    file = tmp_path / "jwks.json"
    if content is not None:
        file.write_bytes(content)
    settings = LoginKeySettings({GOOGLE: KeySource(file=file)})
    with pytest.raises(LocalServiceError) as refused, serving(login_keys=settings):
        pass
    assert str(refused.value) == f"--issuer {GOOGLE}: cannot use the keys in {file}: {why}."


@pytest.mark.holds("options-02")
def test_issuers_as_they_are_written() -> None:
    texts = [
        "https://a.example/x=https://a.example/keys?a=b",
        f"{SAML_ARN}=unverified",
        "b.example=~/keys.json",
        "c.example=http://localhost:1/",
        "c.example=c.json",
    ]
    assert parse_issuers(texts) == {
        "a.example/x": KeySource(url="https://a.example/keys?a=b"),
        SAML_ARN: KeySource(),
        "b.example": KeySource(file=Path("~/keys.json").expanduser()),
        "c.example": KeySource(file=Path("c.json")),
    }


@pytest.mark.holds("options-18")
@pytest.mark.parametrize("text", ["a.example", "=x", "a.example=", ""])
def test_an_issuer_without_a_source(text: str) -> None:
    with pytest.raises(LocalServiceError, match="write ISSUER=URL, ISSUER=FILE or ISSUER=unverified"):
        login_keys.parse_issuers([text])


@pytest.mark.holds("options-18")
@pytest.mark.parametrize(
    "url", ["http://", "https://[", "http://h:99999/", "http://u:p@h/", "http://h:0/", "http://h/ x"]
)
def test_an_issuer_with_an_impossible_url(url: str) -> None:
    with pytest.raises(LocalServiceError, match="is not a URL with a host and without a user"):
        login_keys.parse_issuers([f"a.example={url}"])
