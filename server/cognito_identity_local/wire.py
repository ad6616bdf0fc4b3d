"""AWS JSON 1.1: reading requests, writing answers and errors (fact sheet §1). Knows no operation's meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from pydantic_core import from_json

from cognito_identity_local.answers import Kept, json_bytes, published
from cognito_identity_local.http import Request, Response
from cognito_identity_tools.catalogue import BY_AWS_NAME
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.shapes import Shape

CONTENT_TYPE = "application/x-amz-json-1.1"
MAX_BODY = 4 * 1024 * 1024
"""Ten logins of the longest kind fit; local."""

LOCAL_UNKNOWN_OPERATION = "The service has no such operation."
LOCAL_NOT_JSON = "The request body is not JSON."
LOCAL_BODY_TOO_LARGE = f"The request body is longer than {MAX_BODY} bytes."
LOCAL_INCOMPLETE_SIGNATURE = "Authorization header requires 'Credential' parameter."
MISSING_TOKEN = "Missing Authentication Token"  # noqa: S105 - AWS's text

_JSON = (("Content-Type", CONTENT_TYPE),)
_EVERYWHERE = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"),
)
_PREFLIGHT = (
    ("Access-Control-Allow-Methods", "POST, OPTIONS"),
    ("Access-Control-Max-Age", "172800"),
)
_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/,\s]+)/\d{8}/(?P<region>[\w-]+)/[\w-]+/aws4_request")
_ACCOUNT_KEY = re.compile(r"\d{12}")
_STATUSES: Mapping[str, int] = {ErrorCode.INTERNAL_ERROR: 500, ErrorCode.SERVICE_UNAVAILABLE: 503}
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
_MAX_HEADER = 2048


class Signature(NamedTuple):
    """What a SigV4 signature says about its maker. The signature itself is not checked: there are no secret keys."""

    account: str | None
    region: str


def requested_operation(request: Request) -> Operation:
    """By the part of X-Amz-Target after the last dot, so that both of its forms are understood."""
    name = request.headers.get("x-amz-target", "").rpartition(".")[2]
    operation: Operation | None = BY_AWS_NAME.get(name)
    if operation is None or request.method != "POST":
        raise CognitoIdentityError(ErrorCode.UNKNOWN_OPERATION, LOCAL_UNKNOWN_OPERATION)
    return operation


def signature(request: Request) -> Signature | None:
    """Read from the credential scope. An access key of twelve digits names the account it belongs to.

    Raises:
        CognitoIdentityError: there is an Authorization header without a credential scope (IncompleteSignature).
    """
    header = request.headers.get("authorization")
    if header is None:
        return None
    scope = _CREDENTIAL.search(header)
    if scope is None:
        raise CognitoIdentityError(ErrorCode.INCOMPLETE_SIGNATURE, LOCAL_INCOMPLETE_SIGNATURE)
    account = scope["key"] if _ACCOUNT_KEY.fullmatch(scope["key"]) else None
    return Signature(account, scope["region"])


def parsed_body(request: Request) -> object:
    if request.body is None:
        raise CognitoIdentityError(ErrorCode.SERIALIZATION, LOCAL_BODY_TOO_LARGE)
    if not request.body:
        return {}
    try:
        return from_json(request.body, allow_inf_nan=False)
    except ValueError as error:
        raise CognitoIdentityError(ErrorCode.SERIALIZATION, LOCAL_NOT_JSON) from error


def answer(operation: Operation, response: Shape | Kept) -> Response:
    """JSON; nothing at all where the service model has no output."""
    if operation.answers_nothing:
        return Response(200, b"", _JSON)
    return Response(200, response.text.encode() if isinstance(response, Kept) else published(response), _JSON)


def refusal(error: CognitoIdentityError) -> Response:
    """`x-amzn-ErrorType` ends with a colon, as it was observed."""
    message = _UNPRINTABLE.sub("?", error.message)[:_MAX_HEADER]
    headers = (
        *_JSON,
        ("x-amzn-ErrorType", f"{error.code}:"),
        ("x-amzn-ErrorMessage", message),
    )
    body = json_bytes({"__type": str(error.code), "message": error.message})
    return Response(_STATUSES.get(error.code, 400), body, headers)


def preflight(request: Request) -> Response:
    """The answer to a browser that asks whether a page may call."""
    wanted = _UNPRINTABLE.sub("", request.headers.get("access-control-request-headers", "*"))
    return Response(200, b"", (*_PREFLIGHT, ("Access-Control-Allow-Headers", wanted)))


def document(content: object, *, max_age: int = 0) -> Response:
    caching = (("Cache-Control", f"max-age={max_age}"),) if max_age else ()
    return Response(200, json_bytes(content), (("Content-Type", "application/json"), *caching))


def complete(response: Response, request_id: str) -> Response:
    """With the headers that every answer has."""
    headers = (*response.headers, ("x-amzn-RequestId", request_id), *_EVERYWHERE)
    return Response(response.status, response.body, headers)
