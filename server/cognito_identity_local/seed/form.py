"""The shape of a seed. Names and limits are AWS's own, so that what the AWS CLI describes can be pasted.

`published` makes the schema for editors of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from cognito_identity_tools.constraints import OneOf, Text
from cognito_identity_tools.operations.identity_pools import CreateIdentityPoolInput
from cognito_identity_tools.shapes import (
    DeveloperUserIdentifier,
    IdentityId,
    IdentityPoolId,
    IdentityProviderName,
    PrincipalTags,
    RoleMappingMap,
    RolesMap,
    Shape,
)

AccountId = Annotated[str, Text(12, 12, r"\d+")]
Region = Annotated[str, Text(1, 32, r"[a-z0-9-]+")]
Subject = Annotated[str, Text(1, 2048)]
State = Annotated[str, OneOf(("guest", "linked", "inaccessible", "disabled"))]
_YEARS = range(1970, 9999)
"""What can be told in any time zone."""


def _in_years(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError(f"should be in the years {_YEARS[0]} to {_YEARS[-1]}")
    return moment


Moment = Annotated[AwareDatetime, Field(strict=False), AfterValidator(_in_years)]


class SeedLogin(Shape):
    """A user at a public provider (ProviderName and Subject), or one of the pool's developer users."""

    provider_name: IdentityProviderName | None = Field(None, description="Its key in Logins.")
    subject: Subject | None = Field(
        None,
        description="The token's sub; a SAML assertion's NameID; for Facebook, Amazon, Twitter and Digits the "
        "SHA-256 of the access token (without its secret) in hex, since these tokens name nobody.",
    )
    developer_user_identifier: DeveloperUserIdentifier | None = Field(
        None, description="A user of the pool's developer provider, in the place of ProviderName and Subject."
    )


class SeedIdentity(Shape):
    identity_id: IdentityId | None = Field(None, description="Left out, a new one is made.")
    logins: list[SeedLogin] | None = Field(None, description="In the order of linking.")
    state: State | None = Field(None, description="Left out: linked with logins, guest without.")
    creation_date: Moment | None = Field(None, description="Left out: when the seed is loaded.")
    last_modified_date: Moment | None = Field(None, description="Left out: the creation date.")


class SeedPrincipalTags(Shape):
    identity_provider_name: IdentityProviderName
    use_defaults: bool | None = None
    principal_tags: PrincipalTags | None = Field(None, description="Tag to claim.")


class _Placed(Shape):
    identity_pool_id: IdentityPoolId | None = Field(None, description="Left out, a new one is made.")
    account_id: AccountId | None = Field(None, description="Left out: the service's account.")
    region: Region | None = Field(None, description="Left out: that of IdentityPoolId, or else the service's region.")


class SeedPool(CreateIdentityPoolInput, _Placed):
    """A pool as DescribeIdentityPool has it, with everything in it."""

    roles: RolesMap | None = Field(None, description="authenticated and unauthenticated to role ARN.")
    role_mappings: RoleMappingMap | None = Field(None, description="By provider, as for SetIdentityPoolRoles.")
    principal_tag_attribute_maps: list[SeedPrincipalTags] | None = None
    identities: list[SeedIdentity] | None = None


class Seed(Shape):
    """Identity pools to start the local Cognito Identity service with."""

    model_config = ConfigDict(title="Seed of the local Cognito Identity service")

    editor_schema: str | None = Field(None, alias="$schema", description="For editors; not looked at.")
    pools: list[SeedPool]
