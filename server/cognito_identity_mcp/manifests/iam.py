"""`iam/<role>.json`: policies for the AWS identity that the server runs as, derived from the effects.

The four unsigned operations are in none of them: AWS does not evaluate IAM policies for public calls, so no policy
could grant or deny them. Source of the resources: the service authorization reference of Cognito Identity.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from cognito_identity_mcp.manifests.files import Files, as_json
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect, Operation

ROLES: dict[str, Collection[Effect]] = {
    "read-only": {Effect.READ},
    "operator": {Effect.READ, Effect.WRITE, Effect.OVERWRITE},
    "administrator": set(Effect),
}
"""What each role may do."""

_POOLS = "arn:aws:cognito-identity:*:*:identitypool/*"

_PASS_ROLE = {
    "Sid": "RolesForIdentityPools",
    "Effect": "Allow",
    "Action": ["iam:PassRole"],
    "Resource": "arn:aws:iam::*:role/*",
    "Condition": {"StringEqualsIfExists": {"iam:PassedToService": "cognito-identity.amazonaws.com"}},
}
"""SetIdentityPoolRoles needs it for every role it names; narrow the resource to your roles.

`IfExists`, because AWS documents the permission but not whether the service sends this key.
"""


def files() -> Files:
    return {f"iam/{role}.json": as_json(_policy(effects)) for role, effects in ROLES.items()}


def _policy(effects: Collection[Effect]) -> dict[str, Any]:
    allowed = [each for each in OPERATIONS.values() if each.signed and each.effect in effects]
    statements = [
        _allow("IdentityPools", [each for each in allowed if each.has_pool_resource], _POOLS),
        _allow("NotLimitedToAPool", [each for each in allowed if not each.has_pool_resource], "*"),
    ]
    passes_roles = OPERATIONS["set_identity_pool_roles"] in allowed
    return {"Version": "2012-10-17", "Statement": statements + [_PASS_ROLE] * passes_roles}


def _allow(sid: str, operations: Collection[Operation], resource: str) -> dict[str, Any]:
    actions = sorted(each.iam_action for each in operations)
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
