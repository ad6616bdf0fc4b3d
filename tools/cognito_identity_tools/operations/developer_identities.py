"""Developer-authenticated identities: users of your own sign-in."""

from __future__ import annotations

from pydantic import Field

from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.operation import Effect, Empty, Operation
from cognito_identity_tools.shapes import (
    DeveloperProviderName,
    DeveloperUserIdentifier,
    IdentityId,
    IdentityPoolId,
    LoginsMap,
    OIDCToken,
    PaginationKey,
    PrincipalTags,
    QueryLimit,
    Shape,
    TokenDuration,
)


class GetOpenIdTokenForDeveloperIdentityInput(Shape):
    identity_pool_id: IdentityPoolId
    identity_id: IdentityId | None = Field(None, description="Link the user to this identity.")
    logins: LoginsMap = Field(description="Developer provider name to user id, and public logins to link.")
    principal_tags: PrincipalTags | None = Field(None, description="Tags for the user's sessions.")
    token_duration: TokenDuration | None = Field(None, description="Seconds; 900 if left out.")


class GetOpenIdTokenForDeveloperIdentityResponse(Shape):
    identity_id: IdentityId | None = None
    token: OIDCToken | None = None


class LookupDeveloperIdentityInput(Shape):
    identity_pool_id: IdentityPoolId
    identity_id: IdentityId | None = Field(None, description="This or developer_user_identifier.")
    developer_user_identifier: DeveloperUserIdentifier | None = Field(None, description="User id in your sign-in.")
    max_results: QueryLimit | None = Field(None, description="Page size.")
    next_token: PaginationKey | None = Field(None, description="From the page before.")


class LookupDeveloperIdentityResponse(Shape):
    identity_id: IdentityId | None = None
    developer_user_identifier_list: list[DeveloperUserIdentifier] | None = None
    next_token: PaginationKey | None = None


class MergeDeveloperIdentitiesInput(Shape):
    source_user_identifier: DeveloperUserIdentifier = Field(description="Loses its identity.")
    destination_user_identifier: DeveloperUserIdentifier = Field(description="Keeps its identity.")
    developer_provider_name: DeveloperProviderName = Field(description="As set on the pool.")
    identity_pool_id: IdentityPoolId


class MergeDeveloperIdentitiesResponse(Shape):
    identity_id: IdentityId | None = None


class UnlinkDeveloperIdentityInput(Shape):
    identity_id: IdentityId
    identity_pool_id: IdentityPoolId
    developer_provider_name: DeveloperProviderName = Field(description="As set on the pool.")
    developer_user_identifier: DeveloperUserIdentifier = Field(description="User id in your sign-in.")


_ERRORS = (ErrorCode.RESOURCE_NOT_FOUND, ErrorCode.NOT_AUTHORIZED, ErrorCode.RESOURCE_CONFLICT)

OPERATIONS = (
    Operation(
        name="get_open_id_token_for_developer_identity",
        title="Get OpenID token for developer identity",
        description="Finds or registers a user of your own sign-in and mints a token for them: any user of the pool.",
        input=GetOpenIdTokenForDeveloperIdentityInput,
        output=GetOpenIdTokenForDeveloperIdentityResponse,
        effect=Effect.CREDENTIAL,
        idempotent=False,
        rate=50,
        errors=(*_ERRORS, ErrorCode.DEVELOPER_USER_ALREADY_REGISTERED),
    ),
    Operation(
        name="lookup_developer_identity",
        title="Look up developer identity",
        description="The identity of a developer user id, or the user ids of an identity; given both, checks the pair.",
        input=LookupDeveloperIdentityInput,
        output=LookupDeveloperIdentityResponse,
        effect=Effect.READ,
        errors=_ERRORS,
    ),
    Operation(
        name="merge_developer_identities",
        title="Merge developer identities",
        description="Moves the source user to the destination's identity and disables the source's. Cannot be undone.",
        input=MergeDeveloperIdentitiesInput,
        output=MergeDeveloperIdentitiesResponse,
        effect=Effect.DESTROY,
        idempotent=False,
        errors=_ERRORS,
    ),
    Operation(
        name="unlink_developer_identity",
        title="Unlink developer identity",
        description="Removes a developer user id from an identity. Without its last login the identity is lost.",
        input=UnlinkDeveloperIdentityInput,
        output=Empty,
        effect=Effect.DESTROY,
        errors=_ERRORS,
    ),
)
