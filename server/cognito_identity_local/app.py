"""The ASGI application: HTTP in, HTTP out, and the order in which a request is checked.

Target, operation, signature, body, constraints, operation: the first that fails answers (fact sheet §1, §3).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from cognito_identity_local import validation, wire
from cognito_identity_local.context import Caller
from cognito_identity_local.errors import LOCAL_INTERNAL_ERROR
from cognito_identity_local.faults import Faults
from cognito_identity_local.login_keys import LoginKeys
from cognito_identity_local.service import LocalCognitoIdentity
from cognito_identity_local.wire import Request, Response, Signature
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.shapes import Shape

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_log = logging.getLogger(__name__)
_MONTH = 30 * 24 * 3600


class App:
    """Serves one `LocalCognitoIdentity` over AWS JSON 1.1, with its health and its public keys beside."""

    def __init__(
        self,
        service: LocalCognitoIdentity,
        account_id: str,
        default_region: str,
        *,
        login_keys: LoginKeys,
        faults: Faults | None,
    ) -> None:
        self._service = service
        self._login_keys = login_keys
        self._faults = faults
        self._account_id = account_id
        self._default_region = default_region
        self._documents: dict[str, Callable[[Request], Response]] = {
            "/health": self._health,
            "/.well-known/openid-configuration": self._discovery,
            "/.well-known/jwks_uri": self._jwks,
        }

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        response = await self._respond(scope, receive)
        if response is None:
            return
        headers = wire.raw_headers(response, wire.new_request_id(self._service.entropy))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    async def _respond(self, scope: MutableMapping[str, Any], receive: Receive) -> Response | None:
        try:
            body = await _read(receive)
            if body is None:
                return None
            headers = wire.readable_headers(scope["headers"])
            return await self._route(Request(scope["method"], scope["path"], headers, body))
        except CognitoIdentityError as error:
            return wire.refusal(error)
        except Exception:  # noqa: BLE001 - the outermost handler: whatever went wrong, the caller gets an answer
            _log.exception("the request failed")
            return wire.refusal(CognitoIdentityError(ErrorCode.INTERNAL_ERROR, LOCAL_INTERNAL_ERROR))

    async def _route(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return wire.preflight(request)
        if request.method == "GET" and request.path in self._documents:
            return self._documents[request.path](request)
        return await self._answer(request)

    async def _answer(self, request: Request) -> Response:
        """All waiting comes before the operation, whose transaction nothing interrupts."""
        operation = wire.requested_operation(request)
        signed = _required_signature(operation, request)
        parsed = validation.parse(operation, wire.parsed_body(request.body))
        caller = self._caller(operation, signed, parsed)
        if self._faults is not None:
            await self._faults.meet(operation, caller, parsed)
        signatures = await self._login_keys.judge(parsed)
        return wire.answer(operation, self._service.call(operation, parsed, caller, signatures))

    def _caller(self, operation: Operation, signed: Signature | None, parsed: Shape) -> Caller:
        """The signature's region; without one, that of the id in the request. A needless signature gives no account."""
        account = (signed.account if signed else None) or self._account_id
        region = signed.region if signed else _region_of(parsed) or self._default_region
        return Caller(account, region, signed=operation.signed)

    def _health(self, _: Request) -> Response:
        return wire.document({"status": "ok"})

    def _discovery(self, request: Request) -> Response:
        base = f"http://{request.headers.get('host', '127.0.0.1')}"
        return wire.document(self._service.discovery(self._default_region, base), max_age=_MONTH)

    def _jwks(self, _: Request) -> Response:
        return wire.document(self._service.jwks(self._default_region))


def _required_signature(operation: Operation, request: Request) -> Signature | None:
    """Public operations take a signature and ignore it, also a broken one, for old clients do sign them."""
    if not operation.signed:
        return _harmless_signature(request)
    found = wire.signature(request)
    if found is None:
        raise CognitoIdentityError(ErrorCode.MISSING_AUTHENTICATION_TOKEN, wire.MISSING_TOKEN)
    return found


def _harmless_signature(request: Request) -> Signature | None:
    try:
        return wire.signature(request)
    except CognitoIdentityError:
        return None


def _region_of(parsed: Shape) -> str | None:
    for name in ("identity_pool_id", "identity_id"):
        named = getattr(parsed, name, None)
        if isinstance(named, str):
            return named.partition(":")[0]
    return None


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None if the client went away before its end.

    Raises:
        CognitoIdentityError: it is too long; the rest is not read.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > wire.MAX_BODY:
            raise CognitoIdentityError(ErrorCode.SERIALIZATION, wire.LOCAL_BODY_TOO_LARGE)
        if not message.get("more_body", False):
            return bytes(body)
