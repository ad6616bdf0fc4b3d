"""The login providers that a pool is configured for, by their keys in `Logins` (fact sheet §8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cognito_identity_local.arns import oidc_provider_key
from cognito_identity_tools.operations.identity_pools import IdentityPool


class Kind(StrEnum):
    """What a provider's tokens are."""

    USER_POOL = "user pool"
    OPENID = "openid"
    """A public provider with OpenID tokens: Google, Apple."""
    OPAQUE = "opaque"
    """A public provider with access tokens: Facebook, Amazon."""
    TOKEN_AND_SECRET = "token and secret"  # noqa: S105 - the form of a token
    """Twitter, Digits."""
    OIDC = "oidc"
    """An IAM OIDC provider."""
    SAML = "saml"
    """An IAM SAML provider; its key is its ARN."""
    DEVELOPER = "developer"
    """The pool's own users; their "token" is their name."""


@dataclass(frozen=True, slots=True)
class Provider:
    """`clients` are the client ids that a token may be made for (empty: any), `arn` is that of an IAM provider."""

    key: str
    kind: Kind
    clients: frozenset[str] = frozenset()
    arn: str | None = None

    @property
    def tag_key(self) -> str:
        """Its name in principal tag maps: the IAM provider's ARN, or the key (fact sheet §6.20)."""
        return self.arn or self.key

    def mapping_key(self, client: str) -> str:
        """Its name in role mappings; a user pool is named together with the client (fact sheet §6.7)."""
        return f"{self.key}:{client}" if self.kind is Kind.USER_POOL else self.tag_key


_PUBLIC_KINDS = {
    "graph.facebook.com": Kind.OPAQUE,
    "www.amazon.com": Kind.OPAQUE,
    "api.twitter.com": Kind.TOKEN_AND_SECRET,
    "www.digits.com": Kind.TOKEN_AND_SECRET,
}


def configured_providers(pool: IdentityPool) -> Mapping[str, Provider]:
    """The public providers of a pool; its developer provider is not among them."""
    found = (*_public(pool), *_user_pools(pool), *_oidc(pool), *_saml(pool))
    return {provider.key: provider for provider in found}


def mapping_keys(pool: IdentityPool) -> frozenset[str]:
    """The keys that role mappings of a pool may have."""
    providers = configured_providers(pool).values()
    return frozenset(key for each in providers for key in _mapping_keys(each))


def _mapping_keys(provider: Provider) -> list[str]:
    return [provider.mapping_key(client) for client in provider.clients or {""}]


def _public(pool: IdentityPool) -> Iterator[Provider]:
    for key, app_id in (pool.supported_login_providers or {}).items():
        kind = _PUBLIC_KINDS.get(key, Kind.OPENID)
        yield Provider(key, kind, _app_ids(kind, app_id))


def _app_ids(kind: Kind, setting: str) -> frozenset[str]:
    """Several are separated by semicolons; Twitter's and Digits' one is `key;secret` (fact sheet §2)."""
    return frozenset({setting} if kind is Kind.TOKEN_AND_SECRET else setting.split(";"))


def _user_pools(pool: IdentityPool) -> Iterator[Provider]:
    clients: dict[str, set[str]] = {}
    for entry in pool.cognito_identity_providers or []:
        clients.setdefault(entry.provider_name or "", set()).add(entry.client_id or "")
    for key, ids in clients.items():
        yield Provider(key, Kind.USER_POOL, frozenset(ids))


def _oidc(pool: IdentityPool) -> Iterator[Provider]:
    for arn in pool.open_id_connect_provider_arns or []:
        yield Provider(oidc_provider_key(arn), Kind.OIDC, arn=arn)


def _saml(pool: IdentityPool) -> Iterator[Provider]:
    for arn in pool.saml_provider_arns or []:
        yield Provider(arn, Kind.SAML, arn=arn)
