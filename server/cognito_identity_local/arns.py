"""Amazon resource names: building, reading, and what follows from a region's name."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc"}
_POOL_ARN = re.compile(r"arn:[\w-]+:cognito-identity:(?P<region>[\w-]+):(?P<account>\d+):identitypool/(?P<pool>\S+)")
_ROLE_ARN = re.compile(r"arn:[\w-]+:iam::(?P<account>\d{12}):role/\S+")
_OIDC_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:oidc-provider/(?P<url>\S+)")


@dataclass(frozen=True, slots=True)
class PoolName:
    """What a pool's ARN says."""

    region: str
    account: str
    identity_pool_id: str


def partition(region: str) -> str:
    return next((name for prefix, name in _PARTITIONS.items() if region.startswith(prefix)), "aws")


def pool_arn(region: str, account: str, identity_pool_id: str) -> str:
    """The pool id, which itself holds a colon, is the last part (fact sheet §2)."""
    return f"arn:{partition(region)}:cognito-identity:{region}:{account}:identitypool/{identity_pool_id}"


def parse_pool_arn(arn: str) -> PoolName | None:
    found = _POOL_ARN.fullmatch(arn)
    return PoolName(found["region"], found["account"], found["pool"]) if found else None


def role_account(arn: str) -> str | None:
    """The account of a role's ARN; None if it is no role's ARN."""
    found = _ROLE_ARN.fullmatch(arn)
    return found["account"] if found else None


def oidc_provider_key(arn: str) -> str:
    """The key in Logins for an IAM OIDC provider: its address without https://."""
    found = _OIDC_ARN.fullmatch(arn)
    return found["url"] if found else arn
