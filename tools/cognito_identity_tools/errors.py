"""Errors of the service by code, as they cross the seam.

`CognitoIdentityError` is what `CognitoIdentity.call` raises, whoever answers: AWS, the local service or a fake.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """The eleven modelled errors, then those that the front of the service raises without being modelled (§1, §3)."""

    CONCURRENT_MODIFICATION = "ConcurrentModificationException"
    DEVELOPER_USER_ALREADY_REGISTERED = "DeveloperUserAlreadyRegisteredException"
    EXTERNAL_SERVICE = "ExternalServiceException"
    INTERNAL_ERROR = "InternalErrorException"
    INVALID_IDENTITY_POOL_CONFIGURATION = "InvalidIdentityPoolConfigurationException"
    INVALID_PARAMETER = "InvalidParameterException"
    LIMIT_EXCEEDED = "LimitExceededException"
    NOT_AUTHORIZED = "NotAuthorizedException"
    RESOURCE_CONFLICT = "ResourceConflictException"
    RESOURCE_NOT_FOUND = "ResourceNotFoundException"
    TOO_MANY_REQUESTS = "TooManyRequestsException"

    VALIDATION = "ValidationException"
    ACCESS_DENIED = "AccessDeniedException"
    UNKNOWN_OPERATION = "UnknownOperationException"
    SERIALIZATION = "SerializationException"
    MISSING_AUTHENTICATION_TOKEN = "MissingAuthenticationTokenException"  # noqa: S105 - an error's name
    UNRECOGNIZED_CLIENT = "UnrecognizedClientException"
    INVALID_SIGNATURE = "InvalidSignatureException"
    INCOMPLETE_SIGNATURE = "IncompleteSignatureException"
    SIGNATURE_DOES_NOT_MATCH = "SignatureDoesNotMatch"
    EXPIRED_TOKEN = "ExpiredTokenException"  # noqa: S105 - an error's name
    INVALID_CLIENT_TOKEN_ID = "InvalidClientTokenId"  # noqa: S105 - an error's name
    OPT_IN_REQUIRED = "OptInRequired"
    REQUEST_EXPIRED = "RequestExpired"
    THROTTLING = "ThrottlingException"
    SERVICE_UNAVAILABLE = "ServiceUnavailable"


COMMON = (ErrorCode.INVALID_PARAMETER, ErrorCode.TOO_MANY_REQUESTS, ErrorCode.INTERNAL_ERROR)
"""Modelled for every operation."""


class CognitoIdentityError(Exception):
    """The service refused or failed a call.

    `code` is AWS's code as sent (it may be one this version does not know), `message` AWS's text, `request_id` the
    service's id for the request when there is one.
    """

    def __init__(self, code: str, message: str, request_id: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.request_id = request_id
