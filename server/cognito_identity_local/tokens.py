"""OpenID tokens that a pool issues: their claims (fact sheet §10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from cognito_identity_local.arns import pool_arn
from cognito_identity_local.context import Call
from cognito_identity_local.store import PoolRow

TOKEN_SECONDS = 600
"""Lifetime of tokens from GetOpenIdToken."""

UNAUTHENTICATED = "unauthenticated"
AUTHENTICATED = "authenticated"

COGNITO = "cognito-identity.amazonaws.com"
_ISSUER = f"https://{COGNITO}"
_REGIONAL_SUFFIXES = {"us-gov-": "amazonaws.com", "cn-": "amazonaws.com.cn"}
_OPT_IN_REGIONS = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    }
)
_TAGS = "https://aws.amazon.com/tags"
_POOL_ARN = "https://cognito-identity.amazonaws.com/identity-pool-arn"


def issuer(region: str) -> str:
    """One for the classic regions; GovCloud, China and opt-in regions have their own."""
    suffixes = [suffix for prefix, suffix in _REGIONAL_SUFFIXES.items() if region.startswith(prefix)]
    if region in _OPT_IN_REGIONS:
        suffixes = ["amazonaws.com"]
    return f"https://cognito-identity.{region}.{suffixes[0]}" if suffixes else _ISSUER


def own_keys(region: str) -> frozenset[str]:
    """The keys in Logins for tokens that a pool has issued itself.

    AWS's SDKs use the issuer's name in China, and the classic one everywhere else.
    """
    regional = issuer(region).removeprefix("https://")
    return frozenset({regional} if region.startswith("cn-") else {regional, COGNITO})


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
    claims["iss"] = issuer(pool.region)
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
