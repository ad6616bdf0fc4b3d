"""Scalars and structures that several operations share, one name per AWS shape.

Source: the Cognito Identity service model, API version 2014-06-30; `tests/contract` compares every bound with it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cognito_identity_tools.constraints import OneOf, Secret, SecretTail, Size, Text, Whole

_UPPER = {
    "role_arn": "RoleARN",
    "saml_provider_arns": "SamlProviderARNs",
    "open_id_connect_provider_arns": "OpenIdConnectProviderARNs",
}


def aws_name(name: str) -> str:
    """AWS's member name for ours: `identity_pool_id` → `IdentityPoolId`, `role_arn` → `RoleARN`."""
    return _UPPER.get(name) or "".join(part.capitalize() for part in name.split("_"))


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC)


class Shape(BaseModel):
    """A structure of the service model: immutable, strict about types, unknown members refused.

    Validators are built at the first use: no program uses all of them, and starting must be quick.
    Members are read by our name or by AWS's; giving both is an error. Dumps use our names; `by_alias=True` gives AWS's.
    """

    model_config = ConfigDict(
        alias_generator=aws_name,
        validate_by_name=True,
        validate_by_alias=True,
        extra="forbid",
        frozen=True,
        strict=True,
        loc_by_alias=False,
        hide_input_in_errors=True,
        defer_build=True,
    )


ARNString = Annotated[str, Text(20, 2048)]
AccountId = Annotated[str, Text(1, 15, r"\d+")]
AmbiguousRoleResolutionType = Annotated[str, OneOf(("AuthenticatedRole", "Deny"))]
ClaimName = Annotated[str, Text(1, 64, r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", r"\S+")]
ClaimValue = Annotated[str, Text(1, 128)]
CognitoIdentityProviderClientId = Annotated[str, Text(1, 128, r"[\w_]+")]
CognitoIdentityProviderName = Annotated[str, Text(1, 128, r"[\w._:/-]+")]
DeveloperProviderName = Annotated[str, Text(1, 128, r"[\w._-]+")]
DeveloperUserIdentifier = Annotated[str, Text(1, 1024)]
ErrorCode = Annotated[str, OneOf(("AccessDenied", "InternalServerError"))]
IdentityId = Annotated[str, Text(1, 55, r"[\w-]+:[0-9a-f-]+"), Field(description="<region>:<uuid>")]
IdentityPoolId = Annotated[str, Text(1, 55, r"[\w-]+:[0-9a-f-]+"), Field(description="<region>:<uuid>")]
IdentityPoolName = Annotated[str, Text(1, 128, r"[\w\s+=,.@-]+")]
IdentityProviderId = Annotated[str, Text(1, 128, r"[\w.;_/-]+"), SecretTail(";")]
IdentityProviderName = Annotated[str, Text(1, 128)]
IdentityProviderToken = Annotated[str, Text(1, 50000), Secret()]
MappingRuleMatchType = Annotated[str, OneOf(("Equals", "Contains", "StartsWith", "NotEqual"))]
OIDCToken = Annotated[str, Text(), Secret()]
PaginationKey = Annotated[str, Text(1, 65535, r"[\S]+", "[^ ]+")]
PrincipalTagID = Annotated[str, Text(1, 128)]
PrincipalTagValue = Annotated[str, Text(1, 256)]
QueryLimit = Annotated[int, Whole(1, 60)]
RoleMappingType = Annotated[str, OneOf(("Token", "Rules"))]
RoleType = Annotated[str, Text(1, 128, r"(un)?authenticated")]
SecretKeyString = Annotated[str, Text(), Secret()]
SessionTokenString = Annotated[str, Text(), Secret()]
TagKeysType = Annotated[str, Text(1, 128)]
TagValueType = Annotated[str, Text(0, 256)]
TokenDuration = Annotated[int, Whole(1, 86400)]
DateType = Annotated[datetime, AfterValidator(_utc)]

IdentityIdList = Annotated[list[IdentityId], Size(1, 60)]
IdentityPoolTagsType = dict[TagKeysType, TagValueType]
IdentityProviders = Annotated[dict[IdentityProviderName, IdentityProviderId], Size(maximum=10)]
LoginsList = list[IdentityProviderName]
LoginsMap = Annotated[dict[IdentityProviderName, IdentityProviderToken], Size(maximum=10)]
PrincipalTags = Annotated[dict[PrincipalTagID, PrincipalTagValue], Size(maximum=50)]
RolesMap = Annotated[dict[RoleType, ARNString], Size(maximum=2)]


class CognitoIdentityProvider(Shape):
    """A Cognito user pool, seen through one of its app clients."""

    provider_name: CognitoIdentityProviderName | None = Field(
        None,
        description="User pool without https://: cognito-idp.<region>.amazonaws.com/<pool>.",
    )
    client_id: CognitoIdentityProviderClientId | None = Field(None, description="App client id.")
    server_side_token_check: bool | None = Field(None, description="Refuse signed-out or deleted users.")


class MappingRule(Shape):
    """If the claim matches the value, the user gets the role."""

    claim: ClaimName = Field(
        description="Token claim, as cognito:groups or custom:dept. Users may write some themselves."
    )
    match_type: MappingRuleMatchType = Field(description="NotEqual needs the claim to be there.")
    value: ClaimValue = Field(description="Compared as text.")
    role_arn: ARNString = Field(description="Role of the pool's account.")


class RulesConfigurationType(Shape):
    """Rules in order; the first match wins."""

    rules: Annotated[list[MappingRule], Size(1, 400)] = Field(description="AWS accepts 25 per provider.")


class RoleMapping(Shape):
    """How users of one provider get a role other than the default one."""

    type: RoleMappingType = Field(description="Token: role from the token's claims. Rules: from the rules.")
    ambiguous_role_resolution: AmbiguousRoleResolutionType | None = Field(
        None, description="If no role results; AWS requires it."
    )
    rules_configuration: RulesConfigurationType | None = Field(None, description="Required for Rules.")


RoleMappingMap = Annotated[dict[IdentityProviderName, RoleMapping], Size(maximum=10)]
