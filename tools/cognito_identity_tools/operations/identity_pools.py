"""Identity pools: create, describe, list, update, delete."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cognito_identity_tools.constraints import ToolDefault
from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.operation import Effect, Empty, Operation
from cognito_identity_tools.shapes import (
    ARNString,
    CognitoIdentityProvider,
    DeveloperProviderName,
    IdentityPoolId,
    IdentityPoolName,
    IdentityPoolTagsType,
    IdentityProviders,
    PaginationKey,
    QueryLimit,
    Shape,
)


class CreateIdentityPoolInput(Shape):
    identity_pool_name: IdentityPoolName = Field(description="Need not be unique.")
    allow_unauthenticated_identities: bool = Field(description="Let guests in: anyone who knows the pool id.")
    allow_classic_flow: bool | None = Field(None, description="false closes classic flow; left out, it is open.")
    supported_login_providers: IdentityProviders | None = Field(
        None, description="Public providers to app id, as accounts.google.com, graph.facebook.com."
    )
    developer_provider_name: DeveloperProviderName | None = Field(
        None, description="For your own sign-in; never changeable once set."
    )
    open_id_connect_provider_arns: list[ARNString] | None = Field(None, description="IAM OIDC provider ARNs.")
    cognito_identity_providers: list[CognitoIdentityProvider] | None = Field(None, description="User pool clients.")
    saml_provider_arns: list[ARNString] | None = Field(None, description="IAM SAML provider ARNs.")
    identity_pool_tags: IdentityPoolTagsType | None = Field(None, description="At most 50.")


class _Identified(Shape):
    identity_pool_id: IdentityPoolId


class IdentityPool(CreateIdentityPoolInput, _Identified):
    """A pool as AWS stores it, its id first; also the input of UpdateIdentityPool."""


class DeleteIdentityPoolInput(Shape):
    identity_pool_id: IdentityPoolId


class DescribeIdentityPoolInput(Shape):
    identity_pool_id: IdentityPoolId


class ListIdentityPoolsInput(Shape):
    max_results: Annotated[QueryLimit, ToolDefault(60)] = Field(description="Page size.")
    next_token: PaginationKey | None = Field(None, description="From the page before.")


class IdentityPoolShortDescription(Shape):
    identity_pool_id: IdentityPoolId | None = None
    identity_pool_name: IdentityPoolName | None = None


class ListIdentityPoolsResponse(Shape):
    identity_pools: list[IdentityPoolShortDescription] | None = None
    next_token: PaginationKey | None = None


OPERATIONS = (
    Operation(
        name="create_identity_pool",
        title="Create identity pool",
        description="Creates an identity pool without roles: set_identity_pool_roles next. Each call makes another.",
        input=CreateIdentityPoolInput,
        output=IdentityPool,
        effect=Effect.WRITE,
        idempotent=False,
        errors=(ErrorCode.NOT_AUTHORIZED, ErrorCode.RESOURCE_CONFLICT, ErrorCode.LIMIT_EXCEEDED),
    ),
    Operation(
        name="delete_identity_pool",
        title="Delete identity pool",
        description="Deletes a pool and all its identities. Final: the ids never come back; users lose access.",
        input=DeleteIdentityPoolInput,
        output=Empty,
        effect=Effect.DESTROY,
        errors=(ErrorCode.RESOURCE_NOT_FOUND, ErrorCode.NOT_AUTHORIZED),
    ),
    Operation(
        name="describe_identity_pool",
        title="Describe identity pool",
        description="A pool's settings. Its roles: get_identity_pool_roles.",
        input=DescribeIdentityPoolInput,
        output=IdentityPool,
        effect=Effect.READ,
        errors=(ErrorCode.RESOURCE_NOT_FOUND, ErrorCode.NOT_AUTHORIZED),
    ),
    Operation(
        name="list_identity_pools",
        title="List identity pools",
        description="Ids and names of the region's pools, by page.",
        input=ListIdentityPoolsInput,
        output=ListIdentityPoolsResponse,
        effect=Effect.READ,
        errors=(ErrorCode.NOT_AUTHORIZED, ErrorCode.RESOURCE_NOT_FOUND),
        result_key="identity_pools",
    ),
    Operation(
        name="update_identity_pool",
        title="Update identity pool",
        description=(
            "Replaces a pool's settings. Whatever is left out is reset: providers are removed, their users locked "
            "out, classic flow is open again. Describe first and send everything back."
        ),
        input=IdentityPool,
        output=IdentityPool,
        effect=Effect.OVERWRITE,
        errors=(
            ErrorCode.RESOURCE_NOT_FOUND,
            ErrorCode.NOT_AUTHORIZED,
            ErrorCode.RESOURCE_CONFLICT,
            ErrorCode.CONCURRENT_MODIFICATION,
            ErrorCode.LIMIT_EXCEEDED,
        ),
    ),
)
