"""IAM roles of a pool: defaults and mappings."""

from __future__ import annotations

from pydantic import Field

from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.operation import Effect, Empty, Operation
from cognito_identity_tools.shapes import IdentityPoolId, RoleMappingMap, RolesMap, Shape


class GetIdentityPoolRolesInput(Shape):
    identity_pool_id: IdentityPoolId


class GetIdentityPoolRolesResponse(Shape):
    identity_pool_id: IdentityPoolId | None = None
    roles: RolesMap | None = None
    role_mappings: RoleMappingMap | None = None


class SetIdentityPoolRolesInput(Shape):
    identity_pool_id: IdentityPoolId
    roles: RolesMap = Field(description="authenticated and unauthenticated to role ARN.")
    role_mappings: RoleMappingMap | None = Field(
        None,
        description=(
            "By provider: cognito-idp.<region>.amazonaws.com/<pool>:<client>, accounts.google.com, "
            "or an IAM provider ARN."
        ),
    )


_ERRORS = (ErrorCode.RESOURCE_NOT_FOUND, ErrorCode.NOT_AUTHORIZED, ErrorCode.RESOURCE_CONFLICT)

OPERATIONS = (
    Operation(
        name="get_identity_pool_roles",
        title="Get identity pool roles",
        description="A pool's default roles and role mappings.",
        input=GetIdentityPoolRolesInput,
        output=GetIdentityPoolRolesResponse,
        effect=Effect.READ,
        errors=_ERRORS,
    ),
    Operation(
        name="set_identity_pool_roles",
        title="Set identity pool roles",
        description=(
            "Replaces both roles and mappings: a role or mapping left out is removed. Any mapping breaks classic flow. "
            "An unauthenticated role is open to anyone if guests are allowed."
        ),
        input=SetIdentityPoolRolesInput,
        output=Empty,
        effect=Effect.OVERWRITE,
        scopable=False,
        errors=(*_ERRORS, ErrorCode.CONCURRENT_MODIFICATION),
    ),
)
