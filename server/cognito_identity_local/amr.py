"""The `amr` claim: how a user has proven who they are (fact sheet §10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cognito_identity_local.context import Call
from cognito_identity_local.logins import Login
from cognito_identity_local.providers import Kind
from cognito_identity_local.store import IdentityRow, PoolRow
from cognito_identity_local.tokens import AUTHENTICATED

_DETAILS: Mapping[Kind, Callable[[PoolRow, Login], str]] = {
    Kind.USER_POOL: lambda _, login: f"{login.provider.key}:CognitoSignIn:{login.subject}",
    Kind.OIDC: lambda _, login: f"{login.provider.arn}:OIDC:{login.subject}",
    Kind.SAML: lambda _, login: f"{login.provider.arn}:SAML:{login.subject}",
    Kind.DEVELOPER: lambda pool, login: f"{login.provider.key}:{pool.identity_pool_id}:{login.subject}",
}


def authentication_methods(call: Call, pool: PoolRow, identity: IdentityRow, logins: Sequence[Login]) -> list[str]:
    """Two entries for each login of this request, in the order of linking (§20 no. 26)."""
    linked = [(row.provider, row.subject) for row in call.store.logins.of([identity.seq])]
    ordered = sorted(logins, key=lambda login: linked.index((login.provider.key, login.subject)))
    return [AUTHENTICATED, *(entry for login in ordered for entry in (login.provider.key, _detail(pool, login)))]


def _detail(pool: PoolRow, login: Login) -> str:
    """Of `key;secret` only the key."""
    describe = _DETAILS.get(login.provider.kind)
    if describe:
        return describe(pool, login)
    app = login.client.partition(";")[0]
    return f"{login.provider.key}:{app}:{login.subject}"
