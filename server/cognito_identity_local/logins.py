"""Verification of the values in `Logins` (fact sheet §8).

Claims are checked as AWS checks them: issuer, audience, expiry. Whether the signature is the issuer's has been found
out before (`login_keys`), where somebody configured its keys; tokens that this service issued itself are always
verified in full. Opaque access tokens stand for a user by their hash: the same token is the same user.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from cognito_identity_local import errors
from cognito_identity_local.context import Call
from cognito_identity_local.errors import missing_claim, not_authorized
from cognito_identity_local.jwt import Claims, claims_of
from cognito_identity_local.providers import Kind, Provider, configured_providers
from cognito_identity_local.signatures import Verdict
from cognito_identity_local.store import PoolRow
from cognito_identity_local.tokens import is_issuer, issued_to, principal_tags_of
from cognito_identity_tools.issuers import COGNITO, own_keys

CLOCK_SKEW = 300
"""Seconds for which an expired token is still good."""


@dataclass(frozen=True, slots=True)
class Login:
    """A user at a provider, proven by a token. `client` is the app that the token was made for."""

    provider: Provider
    subject: str
    client: str = ""
    claims: Claims = field(default_factory=dict[str, object])
    roles: tuple[str, ...] = ()
    """The roles that a SAML assertion offers."""

    @property
    def developer(self) -> bool:
        return self.provider.kind is Kind.DEVELOPER


@dataclass(frozen=True, slots=True)
class Presented:
    """What a request's `Logins` prove: logins, and the identity of a Cognito token with the tags that it carries."""

    logins: tuple[Login, ...] = ()
    identity_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


def verify(call: Call, pool: PoolRow, logins: Mapping[str, str], *, cognito_tokens: bool = False) -> Presented:
    """Every login, or the refusal of the first bad one: one bad token fails the call.

    `cognito_tokens`: whether a token of this service is accepted under its key.

    Raises:
        CognitoIdentityError: NotAuthorizedException, or InvalidParameterException for the developer provider.
    """
    known = configured_providers(pool.settings)
    developer = pool.settings.developer_provider_name
    if not known and developer is None:
        raise errors.no_providers(pool.identity_pool_id)
    keys = own_keys(pool.region) if cognito_tokens else frozenset[str]()
    own = next((key for key in logins if key in keys), None)
    proven = Presented() if own is None else _proven_identity(call, pool, logins[own])
    others = {key: token for key, token in logins.items() if key != own}
    for key, token in others.items():
        _refuse_misplaced(key, token, developer if key not in known else None, cognito_tokens=cognito_tokens)
    return replace(proven, logins=tuple(_login(call, known.get(key), token) for key, token in others.items()))


def _refuse_misplaced(key: str, token: str, developer: str | None, *, cognito_tokens: bool) -> None:
    """Neither the developer provider nor a Cognito token belongs here.

    A Cognito token under the developer provider's name was answered differently by GetId and by
    GetCredentialsForIdentity (fact sheet §4); under the classic key, a pool in China found another issuer's name.
    """
    if key == developer and cognito_tokens:
        raise errors.invalid_parameter(errors.PUBLIC_PROVIDER_EXPECTED)
    if key == COGNITO and cognito_tokens:
        raise not_authorized(errors.WRONG_ISSUER)
    if key == COGNITO or _is_cognito_token(token):
        raise not_authorized(errors.COGNITO_TOKEN)
    if key == developer:
        raise errors.invalid_parameter(errors.PUBLIC_PROVIDER_EXPECTED)


def _is_cognito_token(token: str) -> bool:
    claims = claims_of(token)
    return claims is not None and is_issuer(claims.get("iss"))


def _proven_identity(call: Call, pool: PoolRow, token: str) -> Presented:
    """The identity of a token which this pool issued to an authenticated user."""
    claims = call.keys.verify(pool.region, token)
    if claims is None:
        raise not_authorized(errors.UNVERIFIABLE if claims_of(token) is not None else errors.NOT_OPENID)
    if call.now - CLOCK_SKEW >= _expiry(claims):
        raise not_authorized(errors.TOKEN_EXPIRED)
    identity_id = issued_to(claims, pool.identity_pool_id)
    if identity_id is None:
        raise not_authorized(errors.LOGINS_DO_NOT_MATCH)
    return Presented(identity_id=identity_id, tags=principal_tags_of(claims))


def _login(call: Call, provider: Provider | None, token: str) -> Login:
    if provider is None:
        raise not_authorized(errors.UNSUPPORTED_PROVIDER)
    return _VERIFIERS[provider.kind](call, provider, token)


def _openid(call: Call, provider: Provider, token: str) -> Login:
    claims = claims_of(token)
    if claims is None:
        raise not_authorized(errors.NOT_OPENID)
    if str(_required(claims, "iss")).removeprefix("https://") != provider.key:
        raise not_authorized(errors.WRONG_ISSUER)
    _refuse_unsigned(call, provider)
    client = _client(provider, claims)
    _refuse_expired(call.now, provider, _expiry(claims))
    return Login(provider, str(_required(claims, "sub")), client, claims)


def _client(provider: Provider, claims: Claims) -> str:
    """The configured client the token was made for: `azp` if present, else one of `aud`; user pools go by `aud`."""
    audience = _required(claims, "aud")
    party = claims.get("azp") if provider.kind is not Kind.USER_POOL else None
    listed = cast("list[object]", audience) if isinstance(audience, list) else [audience]
    candidates = [str(name) for name in ([party, *listed] if party else listed)]
    found = [name for name in candidates if not provider.clients or name in provider.clients]
    if not found:
        raise not_authorized(errors.UNSUPPORTED_PROVIDER)
    return found[0]


def _refuse_expired(now: float, provider: Provider, expiry: int) -> None:
    reduced = int(now) - CLOCK_SKEW
    if reduced < expiry:
        return
    if provider.kind is Kind.USER_POOL:
        raise errors.user_pool_token_expired(reduced, expiry)
    raise not_authorized(errors.TOKEN_EXPIRED)


def _expiry(claims: Claims) -> int:
    expiry = _required(claims, "exp")
    if isinstance(expiry, bool) or not isinstance(expiry, int | float) or not math.isfinite(expiry):
        raise not_authorized(errors.NOT_OPENID)
    return int(expiry)


def _required(claims: Claims, name: str) -> object:
    value = claims.get(name)
    if value is None or value in ("", []):
        raise missing_claim(name)
    return value


def _refuse_unsigned(call: Call, provider: Provider) -> None:
    """After the issuer, before audience and expiry, in the order of fact sheet §8."""
    verdict = call.signatures.of(provider.key)
    if verdict is Verdict.BAD:
        raise not_authorized(errors.UNVERIFIABLE)
    if verdict is Verdict.UNREACHABLE:
        raise errors.keys_unreachable(provider.key)


def _opaque(call: Call, provider: Provider, token: str) -> Login:
    """Nobody but the provider can tell a good one: it has no signature."""
    _refuse_unsigned(call, provider)
    return Login(provider, hashlib.sha256(token.encode()).hexdigest(), min(provider.clients, default=""))


def _token_and_secret(call: Call, provider: Provider, token: str) -> Login:
    if ";" not in token:
        raise not_authorized(errors.LOCAL_INVALID_OPAQUE_TOKEN)
    return _opaque(call, provider, token.partition(";")[0])


def _saml(call: Call, provider: Provider, token: str) -> Login:
    """Reading XML is imported with the first assertion: starting must be quick."""
    from cognito_identity_local import saml

    assertion = saml.read(token)
    if assertion is None:
        raise not_authorized(errors.LOCAL_INVALID_ASSERTION)
    _refuse_unsigned(call, provider)
    if assertion.expires is not None and call.now - CLOCK_SKEW >= assertion.expires:
        raise not_authorized(errors.TOKEN_EXPIRED)
    roles = assertion.roles(provider.key)
    return Login(provider, assertion.name_id, claims=assertion.attributes, roles=roles)


_VERIFIERS: Mapping[Kind, Callable[[Call, Provider, str], Login]] = {
    Kind.USER_POOL: _openid,
    Kind.OPENID: _openid,
    Kind.OIDC: _openid,
    Kind.OPAQUE: _opaque,
    Kind.TOKEN_AND_SECRET: _token_and_secret,
    Kind.SAML: _saml,
}
