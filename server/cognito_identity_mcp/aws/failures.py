"""Every way in which a request can fail before or after the service saw it, worded for a caller.

A test holds that each exception of botocore has its row here or a reason not to. What a row does not quote stays out of
the message: exceptions may carry text that nobody has read.
"""

from __future__ import annotations

import socket
from collections import defaultdict
from dataclasses import dataclass

from aiohttp import ClientConnectorError
from botocore import exceptions as b
from botocore.parsers import ResponseParserError

from cognito_identity_mcp.advice import HOW_TO_FIND_OUT, Advice
from cognito_identity_mcp.errors import UNREACHABLE, RequestFailed
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Operation


@dataclass(frozen=True)
class Row:
    """`message` may quote facts of the exception by name; `sent`: the service may have seen the request."""

    code: str
    message: str
    advice: Advice
    sent: bool = False


_NETWORK = Advice("Check the region, this machine's network, proxy and --endpoint-url; then try again.", retryable=True)
_LOGIN = Advice(
    "Give the server AWS credentials: aws sso login, aws configure, environment variables or --profile. "
    "get_id, get_credentials_for_identity, get_open_id_token and unlink_identity need none."
)
_PROFILE = Advice("Check --profile and AWS_PROFILE; `aws configure list-profiles` shows the profiles of this machine.")
_CONFIG = Advice("Correct the AWS configuration of this machine (~/.aws/config, environment), then restart the server.")
_REGION = Advice("Check the region in the id or in --region.")
_TRY_AGAIN = Advice("Try again; if it keeps failing, check the network and AWS's health.", retryable=True)

ROWS: dict[type[Exception], Row] = {
    b.ReadTimeoutError: Row("Timeout", "AWS did not answer in time.", _TRY_AGAIN, sent=True),
    b.ConnectTimeoutError: Row(UNREACHABLE, "No connection to {endpoint_url} in time.", _NETWORK),
    b.EndpointConnectionError: Row(UNREACHABLE, "No connection to {endpoint_url}.", _NETWORK),
    b.ProxyConnectionError: Row(UNREACHABLE, "No connection to the proxy.", _NETWORK),
    b.SSLError: Row(UNREACHABLE, "No trusted connection to {endpoint_url}: TLS failed.", _NETWORK),
    b.ConnectionError: Row(UNREACHABLE, "No connection to AWS.", _NETWORK),
    b.ConnectionClosedError: Row("ConnectionLost", "The connection broke before the answer.", _TRY_AGAIN, sent=True),
    b.ResponseStreamingError: Row("ConnectionLost", "The connection broke in the answer.", _TRY_AGAIN, sent=True),
    b.IncompleteReadError: Row("ConnectionLost", "The answer was cut off.", _TRY_AGAIN, sent=True),
    b.HTTPClientError: Row("ConnectionLost", "The HTTP exchange failed.", _TRY_AGAIN, sent=True),
    ResponseParserError: Row(
        "UnreadableAnswer", "The answer is not Cognito Identity's.", Advice("Check --endpoint-url."), sent=True
    ),
    b.NoCredentialsError: Row("NoCredentials", "The server has no AWS credentials.", _LOGIN),
    b.PartialCredentialsError: Row(
        "NoCredentials", "The AWS credentials are incomplete: {cred_var} is missing.", _LOGIN
    ),
    b.CredentialRetrievalError: Row("NoCredentials", "AWS credentials could not be had from {provider}.", _LOGIN),
    b.TokenRetrievalError: Row("NoCredentials", "The sign-in token could not be had.", _LOGIN),
    b.NoAuthTokenError: Row("NoCredentials", "The sign-in token is missing.", _LOGIN),
    b.UnknownCredentialError: Row("NoCredentials", "The credential source {name} is not known.", _CONFIG),
    b.SSOError: Row("ExpiredCredentials", "The sign-in (SSO) is missing or expired.", Advice("Run aws sso login.")),
    b.MetadataRetrievalError: Row("NoCredentials", "The instance's credentials could not be had.", _LOGIN),
    b.RefreshWithMFAUnsupportedError: Row(
        "MfaNeeded",
        "The AWS profile's role wants an MFA code, which nobody can type here.",
        Advice("Get session credentials in a terminal first, as with aws sso login or aws sts, and use those."),
    ),
    b.ProfileNotFound: Row("NoSuchProfile", "There is no AWS profile {profile}.", _PROFILE),
    b.ConfigParseError: Row("BadConfiguration", "The AWS configuration {path} cannot be read.", _CONFIG),
    b.ConfigNotFound: Row("BadConfiguration", "The AWS configuration {path} does not exist.", _CONFIG),
    b.InvalidConfigError: Row("BadConfiguration", "The AWS configuration is wrong: {error_msg}", _CONFIG),
    b.InfiniteLoopConfigError: Row(
        "BadConfiguration",
        "The AWS profile {source_profile} is its own source_profile, directly or by others.",
        _CONFIG,
    ),
    b.InvalidProxiesConfigError: Row("BadConfiguration", "The proxy configuration is wrong.", _CONFIG),
    b.InvalidDefaultsMode: Row("BadConfiguration", "The AWS defaults mode is not known.", _CONFIG),
    b.InvalidRetryConfigurationError: Row("BadConfiguration", "The AWS retry configuration is wrong.", _CONFIG),
    b.InvalidSTSRegionalEndpointsConfigError: Row("BadConfiguration", "The STS configuration is wrong.", _CONFIG),
    b.InvalidChecksumConfigError: Row("BadConfiguration", "The checksum configuration is wrong.", _CONFIG),
    b.InvalidIMDSEndpointError: Row("BadConfiguration", "The metadata endpoint is wrong.", _CONFIG),
    b.InvalidIMDSEndpointModeError: Row("BadConfiguration", "The metadata endpoint's mode is wrong.", _CONFIG),
    b.InvalidEndpointConfigurationError: Row("BadConfiguration", "The endpoint configuration is wrong.", _CONFIG),
    b.MissingDependencyException: Row(
        "BadConfiguration", "The AWS profile needs a package that is not installed.", _CONFIG
    ),
    b.InvalidRegionError: Row("BadRegion", "{region_name} cannot be a region.", _REGION),
    b.UnknownRegionError: Row("BadRegion", "There is no region {region_name}.", _REGION),
    b.BaseEndpointResolverError: Row("BadRegion", "There is no endpoint for the region.", _REGION),
    b.EndpointProviderError: Row("BadRegion", "There is no endpoint for the region and the options set.", _REGION),
}
"""By exception class; a class without a row has that of its nearest ancestor with one."""

CREDENTIALS_REFUSED = Row("CredentialsRefused", "AWS refused to issue credentials for the role ({code}).", _LOGIN)

EXPECTED = (b.BotoCoreError, b.ClientError, ResponseParserError)


_UNNAMED = Row("BadConfiguration", "The AWS configuration is wrong; the server's log says how.", _CONFIG)


def configuration_failure(error: Exception) -> RequestFailed:
    """What a caller is told when the session itself cannot be made."""
    row = row_for(type(error)) or _UNNAMED
    return RequestFailed.of(row.code, _worded(row, error), row.advice)


def _worded(row: Row, error: Exception) -> str:
    return row.message.format_map(defaultdict(lambda: "?", getattr(error, "kwargs", {})))


def row_for(kind: type[BaseException]) -> Row | None:
    return next((ROWS[parent] for parent in kind.__mro__ if parent in ROWS), None)


def failure_of(operation: Operation, error: Exception) -> CognitoIdentityError | RequestFailed | None:
    """What a caller is told about an exception of the AWS client; None when the client itself is at fault."""
    if isinstance(error, b.ClientError):
        return _service_error(operation, error)
    row = row_for(_kind(error))
    if row is None:
        return None
    failed = RequestFailed.of(row.code, _worded(row, error), row.advice)
    return _doubtful(operation, failed) if row.sent else failed


_NEVER_CONNECTED = (ClientConnectorError, socket.gaierror)


def _kind(error: Exception) -> type[Exception]:
    """The exception's class; for aiobotocore a connection that broke after the request is one that was never made."""
    if isinstance(error, b.EndpointConnectionError) and not isinstance(error.kwargs.get("error"), _NEVER_CONNECTED):
        return b.ConnectionClosedError
    return type(error)


def unreadable(operation: Operation) -> RequestFailed:
    """For an answer without what the operation answers; the client lets a body that is no JSON pass as an empty one."""
    row = ROWS[ResponseParserError]
    return _doubtful(operation, RequestFailed.of(row.code, row.message, row.advice))


def _service_error(operation: Operation, error: b.ClientError) -> CognitoIdentityError | RequestFailed:
    details = error.response.get("Error", {})
    code, message = str(details.get("Code", "")), str(details.get("Message", ""))
    if error.operation_name != operation.aws_name:
        row = CREDENTIALS_REFUSED
        return RequestFailed.of(row.code, row.message.format(code=code), row.advice)
    metadata = error.response.get("ResponseMetadata", {})
    request_id, status = metadata.get("RequestId"), metadata.get("HTTPStatusCode", 400)
    failed_inside = status >= 500 or code == ErrorCode.INTERNAL_ERROR
    if failed_inside and not operation.may_be_resent:
        return _doubtful(operation, RequestFailed.of(code, message, _TRY_AGAIN, request_id))
    return CognitoIdentityError(code, message, request_id)


def _doubtful(operation: Operation, failed: RequestFailed) -> RequestFailed:
    """A change without an answer may have been made; a read was not."""
    how = HOW_TO_FIND_OUT.get(operation.name)
    return failed if how is None else failed.with_unknown_outcome(how)
