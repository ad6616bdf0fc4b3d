"""Secrets for an identity: AWS credentials and OpenID tokens."""

from __future__ import annotations

from pydantic import Field

from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.shapes import (
    ARNString,
    DateType,
    IdentityId,
    LoginsMap,
    OIDCToken,
    SecretKeyString,
    SessionTokenString,
    Shape,
)


class GetCredentialsForIdentityInput(Shape):
    identity_id: IdentityId
    logins: LoginsMap | None = Field(
        None, description="Provider to token; cognito-identity.amazonaws.com for developer identities."
    )
    custom_role_arn: ARNString | None = Field(None, description="Choose among several roles of the token.")


class Credentials(Shape):
    access_key_id: str | None = None
    secret_key: SecretKeyString | None = None
    session_token: SessionTokenString | None = None
    expiration: DateType | None = None


class GetCredentialsForIdentityResponse(Shape):
    identity_id: IdentityId | None = None
    credentials: Credentials | None = None


class GetOpenIdTokenInput(Shape):
    identity_id: IdentityId
    logins: LoginsMap | None = Field(None, description="Provider to token.")


class GetOpenIdTokenResponse(Shape):
    identity_id: IdentityId | None = None
    token: OIDCToken | None = None


_ERRORS = (
    ErrorCode.RESOURCE_NOT_FOUND,
    ErrorCode.NOT_AUTHORIZED,
    ErrorCode.RESOURCE_CONFLICT,
    ErrorCode.EXTERNAL_SERVICE,
)

OPERATIONS = (
    Operation(
        name="get_credentials_for_identity",
        title="Get credentials for identity",
        description=(
            "AWS credentials for one hour in the identity's role. New logins are linked; the id may change by a merge. "
            "Needs no AWS credentials."
        ),
        input=GetCredentialsForIdentityInput,
        output=GetCredentialsForIdentityResponse,
        effect=Effect.CREDENTIAL,
        idempotent=False,
        signed=False,
        rate=200,
        errors=(*_ERRORS, ErrorCode.INVALID_IDENTITY_POOL_CONFIGURATION),
    ),
    Operation(
        name="get_open_id_token",
        title="Get OpenID token",
        description=(
            "An OpenID token for ten minutes (classic flow; fails in pools with role mappings). New logins are linked. "
            "Needs no AWS credentials."
        ),
        input=GetOpenIdTokenInput,
        output=GetOpenIdTokenResponse,
        effect=Effect.CREDENTIAL,
        idempotent=False,
        signed=False,
        rate=200,
        errors=_ERRORS,
    ),
)
