"""Who issues the OpenID tokens that pools issue themselves, by region (fact sheet §10)."""

from __future__ import annotations

COGNITO = "cognito-identity.amazonaws.com"
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


def issuer(region: str) -> str:
    """The name, without https://: one for the classic regions; GovCloud, China and opt-in regions have their own."""
    suffixes = [suffix for prefix, suffix in _REGIONAL_SUFFIXES.items() if region.startswith(prefix)]
    if region in _OPT_IN_REGIONS:
        suffixes = ["amazonaws.com"]
    return f"cognito-identity.{region}.{suffixes[0]}" if suffixes else COGNITO


def own_keys(region: str) -> frozenset[str]:
    """The keys in Logins for tokens that a pool has issued itself.

    AWS's SDKs use the issuer's name in China, and the classic one everywhere else.
    """
    regional = issuer(region)
    return frozenset({regional} if region.startswith("cn-") else {regional, COGNITO})
