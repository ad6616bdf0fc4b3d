"""Principal tags: attributes for access control, by provider."""

from __future__ import annotations

from pydantic import Field

from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.shapes import IdentityPoolId, IdentityProviderName, PrincipalTags, Shape


class GetPrincipalTagAttributeMapInput(Shape):
    identity_pool_id: IdentityPoolId
    identity_provider_name: IdentityProviderName = Field(description="As it was set.")


class PrincipalTagAttributeMap(Shape):
    identity_pool_id: IdentityPoolId | None = None
    identity_provider_name: IdentityProviderName | None = None
    use_defaults: bool | None = None
    principal_tags: PrincipalTags | None = None


class SetPrincipalTagAttributeMapInput(Shape):
    identity_pool_id: IdentityPoolId
    identity_provider_name: IdentityProviderName = Field(
        description="As cognito-idp.<region>.amazonaws.com/<pool> (no client id), or an IAM provider ARN."
    )
    use_defaults: bool | None = Field(None, description="Map username to sub and client to aud.")
    principal_tags: PrincipalTags | None = Field(None, description="Tag to claim.")


_ERRORS = (ErrorCode.RESOURCE_NOT_FOUND, ErrorCode.NOT_AUTHORIZED)

OPERATIONS = (
    Operation(
        name="get_principal_tag_attribute_map",
        title="Get principal tag map",
        description="Which token claims become session tags for one provider.",
        input=GetPrincipalTagAttributeMapInput,
        output=PrincipalTagAttributeMap,
        effect=Effect.READ,
        errors=_ERRORS,
    ),
    Operation(
        name="set_principal_tag_attribute_map",
        title="Set principal tag map",
        description="Replaces one provider's map. Roles must then trust sts:TagSession, or users get no credentials.",
        input=SetPrincipalTagAttributeMapInput,
        output=PrincipalTagAttributeMap,
        effect=Effect.OVERWRITE,
        scopable=False,
        errors=_ERRORS,
    ),
)
