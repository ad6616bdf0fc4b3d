"""OpenID tokens that a pool issues: their claims (fact sheet §10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from cognito_identity_local.arns import pool_arn
from cognito_identity_local.context import Call
from cognito_identity_local.store import PoolRow
from cognito_identity_tools.issuers import issuer

TOKEN_SECONDS = 600
"""Lifetime of tokens from GetOpenIdToken."""

UNAUTHENTICATED = "unauthenticated"
AUTHENTICATED = "authenticated"

_TAGS = "https://aws.amazon.com/tags"
_POOL_ARN = "https://cognito-identity.amazonaws.com/identity-pool-arn"


def is_issuer(name: object) -> bool:
    """Whether a token with this issuer is one of Cognito Identity, of any region."""
    return isinstance(name, str) and name.startswith("https://cognito-identity.")


def issue(
    call: Call,
    pool: PoolRow,
    identity_id: str,
    amr: Sequence[str],
    tags: Mapping[str, str],
    *,
    seconds: int = TOKEN_SECONDS,
) -> str:
    """A signed token. Tags bring the pool's ARN with them, as in the tokens that were seen."""
    now = int(call.now)
    claims: dict[str, object] = {"sub": identity_id, "aud": pool.identity_pool_id, "amr": list(amr)}
    if tags:
        claims[_TAGS] = {"principal_tags": {name: [value] for name, value in tags.items()}}
    claims["iss"] = f"https://{issuer(pool.region)}"
    if tags:
        claims[_POOL_ARN] = pool_arn(pool.region, pool.account, pool.identity_pool_id)
    return call.keys.sign(pool.region, {**claims, "exp": now + seconds, "iat": now})


def principal_tags_of(claims: Mapping[str, object]) -> dict[str, str]:
    """The tags in a verified token of this service."""
    carried = cast("Mapping[str, Mapping[str, Sequence[str]]]", claims.get(_TAGS, {}))
    return {name: values[0] for name, values in carried.get("principal_tags", {}).items()}


def issued_to(claims: Mapping[str, object], identity_pool_id: str) -> str | None:
    """The identity that a verified token of this pool was issued to; None for other pools' and for guests'."""
    amr = claims.get("amr")
    authenticated = isinstance(amr, list) and AUTHENTICATED in cast("list[object]", amr)
    if not authenticated or claims.get("aud") != identity_pool_id:
        return None
    return str(claims["sub"])
