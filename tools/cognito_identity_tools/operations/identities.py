"""Identities: obtain, list, describe, unlink, delete."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cognito_identity_tools.constraints import Size, ToolDefault
from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.operation import Effect, Empty, Operation
from cognito_identity_tools.shapes import (
    AccountId,
    DateType,
    ErrorCode as UnprocessedErrorCode,
    IdentityId,
    IdentityIdList,
    IdentityPoolId,
    LoginsList,
    LoginsMap,
    PaginationKey,
    QueryLimit,
    Shape,
)


class GetIdInput(Shape):
    identity_pool_id: IdentityPoolId
    account_id: AccountId | None = Field(None, description="Not needed.")
    logins: LoginsMap | None = Field(None, description="Provider to token; left out: a guest.")


class GetIdResponse(Shape):
    identity_id: IdentityId | None = None


class ListIdentitiesInput(Shape):
    identity_pool_id: IdentityPoolId
    max_results: Annotated[QueryLimit, ToolDefault(60)] = Field(description="Page size.")
    next_token: PaginationKey | None = Field(None, description="From the page before.")
    hide_disabled: bool | None = Field(None, description="Leave out merged identities.")


class IdentityDescription(Shape):
    identity_id: IdentityId | None = None
    logins: LoginsList | None = None
    creation_date: DateType | None = None
    last_modified_date: DateType | None = None


class ListIdentitiesResponse(Shape):
    identity_pool_id: IdentityPoolId | None = None
    identities: list[IdentityDescription] | None = None
    next_token: PaginationKey | None = None


class DescribeIdentityInput(Shape):
    identity_id: IdentityId


class DeleteIdentitiesInput(Shape):
    identity_ids_to_delete: IdentityIdList = Field(description="Up to 60, of any pool.")


class UnprocessedIdentityId(Shape):
    identity_id: IdentityId | None = None
    error_code: UnprocessedErrorCode | None = None


class DeleteIdentitiesResponse(Shape):
    unprocessed_identity_ids: Annotated[list[UnprocessedIdentityId], Size(maximum=60)] | None = None


class UnlinkIdentityInput(Shape):
    identity_id: IdentityId
    logins: LoginsMap = Field(description="Provider to valid token.")
    logins_to_remove: LoginsList = Field(description="Provider names to unlink.")


OPERATIONS = (
    Operation(
        name="get_id",
        title="Get identity id",
        description=(
            "The identity id for the given logins, created at need. Without logins every call creates another guest. "
            "Needs no AWS credentials."
        ),
        input=GetIdInput,
        output=GetIdResponse,
        effect=Effect.WRITE,
        idempotent=False,
        signed=False,
        rate=25,
        errors=(
            ErrorCode.RESOURCE_NOT_FOUND,
            ErrorCode.NOT_AUTHORIZED,
            ErrorCode.RESOURCE_CONFLICT,
            ErrorCode.LIMIT_EXCEEDED,
            ErrorCode.EXTERNAL_SERVICE,
        ),
    ),
    Operation(
        name="list_identities",
        title="List identities",
        description="A pool's identities with their providers' names, by page.",
        input=ListIdentitiesInput,
        output=ListIdentitiesResponse,
        effect=Effect.READ,
        rate=5,
        errors=(ErrorCode.RESOURCE_NOT_FOUND, ErrorCode.NOT_AUTHORIZED),
    ),
    Operation(
        name="describe_identity",
        title="Describe identity",
        description="One identity: linked providers and dates. A guest has no logins.",
        input=DescribeIdentityInput,
        output=IdentityDescription,
        effect=Effect.READ,
        errors=(ErrorCode.RESOURCE_NOT_FOUND, ErrorCode.NOT_AUTHORIZED),
    ),
    Operation(
        name="delete_identities",
        title="Delete identities",
        description="Deletes identities. Final: the same user gets a new id next time.",
        input=DeleteIdentitiesInput,
        output=DeleteIdentitiesResponse,
        effect=Effect.DESTROY,
        rate=10,
        errors=(),
    ),
    Operation(
        name="unlink_identity",
        title="Unlink identity",
        description=(
            "Removes public logins from an identity. Without its last login the identity is lost. "
            "Needs no AWS credentials."
        ),
        input=UnlinkIdentityInput,
        output=Empty,
        effect=Effect.DESTROY,
        signed=False,
        errors=(
            ErrorCode.RESOURCE_NOT_FOUND,
            ErrorCode.NOT_AUTHORIZED,
            ErrorCode.RESOURCE_CONFLICT,
            ErrorCode.EXTERNAL_SERVICE,
        ),
    ),
)
