"""AWS JSON 1.1: reading requests, writing answers and errors (fact sheet §1). Knows no operation's meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from pydantic_core import from_json

from cognito_identity_local.answers import Kept, json_bytes, published
from cognito_identity_local.http import Request, Response
from cognito_identity_tools.catalogue import BY_AWS_NAME
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.shapes import Shape

_SERVICE = "AWSCognitoIdentityService"
CONTENT_TYPE = "application/x-amz-json-1.1"
MAX_BODY = 4 * 1024 * 1024
"""Ten logins of the longest kind fit; local."""

NO_WORDS = ""
"""AWS gives only the code of what its JSON services cannot read: an operation that is none, a body that is no JSON."""
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
_CREDENTIAL = re.compile(
    r"Credential=(?P<key>[^/,\s]{1,128}+)/\d{8}/(?P<region>[\w-]{1,64}+)/[\w-]{1,64}+/aws4_request"
)
"""Bounded, as AWS's keys are: a header of 64 KiB is read at once, whatever is in it."""
_PRESIGNED = "X-Amz-Credential="
_ACCOUNT_KEY = re.compile(r"\d{12}")
_STATUSES: Mapping[str, int] = {ErrorCode.INTERNAL_ERROR: 500, ErrorCode.SERVICE_UNAVAILABLE: 503}
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
_MAX_HEADER = 2048


class Signature(NamedTuple):
    """What a SigV4 signature says about its maker. The signature itself is not checked: there are no secret keys."""

    account: str | None
    region: str


def requested_operation(request: Request) -> Operation:
    """By the last two parts of X-Amz-Target, so that its long form is understood and no other service's target."""
    service, _, name = request.headers.get("x-amz-target", "").rpartition(".")
    operation: Operation | None = BY_AWS_NAME.get(name) if service.rpartition(".")[2] == _SERVICE else None
    if operation is None or request.method != "POST":
        raise CognitoIdentityError(ErrorCode.UNKNOWN_OPERATION, NO_WORDS)
    return operation


def signature(request: Request) -> Signature | None:
    """Read from the credential scope. An access key of twelve digits names the account it belongs to.

    Raises:
        CognitoIdentityError: there is a signature without a credential scope (IncompleteSignature).
    """
    text = request.headers.get("authorization") or _presigned(request)
    if text is None:
        return None
    scope = _CREDENTIAL.search(text)
    if scope is None:
        raise CognitoIdentityError(ErrorCode.INCOMPLETE_SIGNATURE, LOCAL_INCOMPLETE_SIGNATURE)
    account = scope["key"] if _ACCOUNT_KEY.fullmatch(scope["key"]) else None
    return Signature(account, scope["region"])


def _presigned(request: Request) -> str | None:
    """The query of a URL that was signed itself."""
    query = request.target.partition(b"?")[2].decode("latin-1")
    return unquote(query) if _PRESIGNED in query else None


def parsed_body(request: Request) -> object:
    if request.body is None:
        raise CognitoIdentityError(ErrorCode.SERIALIZATION, LOCAL_BODY_TOO_LARGE)
    try:
        return from_json(request.body, allow_inf_nan=False)
    except ValueError as error:
        raise CognitoIdentityError(ErrorCode.SERIALIZATION, NO_WORDS) from error


def answer(operation: Operation, response: Shape | Kept) -> Response:
    """JSON; nothing at all where the service model has no output."""
    if operation.answers_nothing:
        return Response(200, b"", _JSON)
    return Response(200, response.text.encode() if isinstance(response, Kept) else published(response), _JSON)


def refusal(error: CognitoIdentityError) -> Response:
    """`x-amzn-ErrorType` ends with a colon, as it was observed."""
    body, headers = {"__type": str(error.code)}, [*_JSON, ("x-amzn-ErrorType", f"{error.code}:")]
    if error.message:
        body["message"] = error.message
        headers.append(("x-amzn-ErrorMessage", _UNPRINTABLE.sub("?", error.message)[:_MAX_HEADER]))
    return Response(_STATUSES.get(error.code, 400), json_bytes(body), tuple(headers))


def preflight(request: Request) -> Response:
    """The answer to a browser that asks whether a page may call."""
    wanted = _UNPRINTABLE.sub("", request.headers.get("access-control-request-headers", "*"))
    return Response(200, b"", (*_PREFLIGHT, ("Access-Control-Allow-Headers", wanted)))


def document(content: object, *, max_age: int = 0) -> Response:
    caching = (("Cache-Control", f"max-age={max_age}"),) if max_age else ()
    return Response(200, json_bytes(content), (("Content-Type", "application/json"), *caching))


def json_text(text: str) -> Response:
    return Response(200, text.encode(), (("Content-Type", "application/json"),))


def complete(response: Response, request_id: str) -> Response:
    """With the headers that every answer has."""
    headers = (*response.headers, ("x-amzn-RequestId", request_id), *_EVERYWHERE)
    return Response(response.status, response.body, headers)
