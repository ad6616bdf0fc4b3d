"""AWS's words for what IAM refuses (fact sheet §1, §16). No policies are evaluated here; faults say it on purpose."""

from __future__ import annotations

from cognito_identity_local.arns import partition, pool_arn
from cognito_identity_local.context import Caller
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.shapes import Shape

LOCAL_USER = "local"
"""The name of the user that every signature stands for."""


def denial(operation: Operation, caller: Caller, request: Shape) -> str:
    action = f"cognito-identity:{operation.aws_name}"
    user = f"arn:{partition(caller.region)}:iam::{caller.account}:user/{LOCAL_USER}"
    return (
        f"User: {user} is not authorized to perform: {action} on resource: {_resource(operation, caller, request)} "
        f"because no identity-based policy allows the {action} action"
    )


def _resource(operation: Operation, caller: Caller, request: Shape) -> str:
    """The pool that the request names; ListIdentityPools prints the ARN of a pool without a name, others a star."""
    if operation.name == "list_identity_pools":
        return pool_arn(caller.region, caller.account, "")
    named: str | None = getattr(request, "resource_arn", None)
    if named is not None:
        return named
    pool: str | None = getattr(request, "identity_pool_id", None)
    return "*" if pool is None else pool_arn(caller.region, caller.account, pool)
