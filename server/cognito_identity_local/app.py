"""From a request to its answer: the places of the service, and the order in which a request is checked.

Target, operation, signature, body, constraints, operation: the first that fails answers (fact sheet §1, §3).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cognito_identity_local import resets, sign_outs, validation, wire
from cognito_identity_local.context import Caller
from cognito_identity_local.data import Data
from cognito_identity_local.errors import LOCAL_INTERNAL_ERROR, LOCAL_NOT_FOR_PAGES
from cognito_identity_local.http import Deliver, Request, Response
from cognito_identity_local.identifiers import new_uuid
from cognito_identity_local.login_keys import LoginKeys
from cognito_identity_local.request_log import logged
from cognito_identity_local.service import LocalCognitoIdentity
from cognito_identity_local.signatures import Signatures
from cognito_identity_local.turns import Turns
from cognito_identity_local.wire import Signature
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.shapes import Shape

if TYPE_CHECKING:
    from cognito_identity_local.faults import Faults

_log = logging.getLogger(__name__)
_MONTH = 30 * 24 * 3600


class _Call(NamedTuple):
    """A request that may be run."""

    operation: Operation
    parsed: Shape
    caller: Caller


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
        data: Data,
    ) -> None:
        self._service = service
        self._login_keys = login_keys
        self._faults = faults
        self._data = data
        self._account_id = account_id
        self._default_region = default_region
        self._turns = Turns(service.transaction, self._failure)
        self._under_way: set[asyncio.Task[Signatures]] = set()
        self._documents: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/health"): self._health,
            ("GET", "/dump"): _not_for_pages(self._dump),
            ("GET", "/.well-known/openid-configuration"): self._discovery,
            ("GET", "/.well-known/jwks_uri"): self._jwks,
            ("POST", sign_outs.PATH): _not_for_pages(self._sign_out),
            ("POST", resets.PATH): _not_for_pages(self._begin_again),
        }

    def answer(self, request: Request, deliver: Deliver) -> None:
        """See `http.Answer`. All waiting comes before the turn, which nothing interrupts."""
        deliver = logged(request, deliver, self._account_id)
        if self._faults is None and self._login_keys.are_at_hand:
            self._turns.add(partial(self._respond, request, self._login_keys.unasked), deliver)
            return
        task = asyncio.ensure_future(self._wait(request))
        self._under_way.add(task)
        task.add_done_callback(partial(self._waited, request, deliver))

    def _waited(self, request: Request, deliver: Deliver, task: asyncio.Task[Signatures]) -> None:
        """What the waiting ended in, an error too, is the turn's."""
        self._under_way.discard(task)
        if not task.cancelled():
            self._turns.add(lambda: self._respond(request, task.result()), deliver)

    async def _wait(self, request: Request) -> Signatures:
        """Only for what can be run: whatever else is wrong with a request comes before a fault."""
        if self._document(request) is not None:
            return self._login_keys.unasked
        call = self._call(request)
        if self._faults is not None:
            await self._faults.meet(call.operation, call.caller, call.parsed)
        return await self._login_keys.judge(call.parsed)

    def _respond(self, request: Request, signatures: Signatures) -> Response:
        document = self._document(request)
        if document is not None:
            return self._complete(document(request))
        call = self._call(request)
        answer = self._service.call(call.operation, call.parsed, call.caller, signatures)
        return self._complete(wire.answer(call.operation, answer))

    def _document(self, request: Request) -> Callable[[Request], Response] | None:
        """What answers a request that is for no operation."""
        if request.method == "OPTIONS":
            return wire.preflight
        return self._documents.get(("GET" if request.method == "HEAD" else request.method, request.path))

    def _failure(self, error: Exception) -> Response:
        """Must be called while the error is handled: the log has its traceback."""
        if not isinstance(error, CognitoIdentityError):
            _log.exception("the request failed")
            error = CognitoIdentityError(ErrorCode.INTERNAL_ERROR, LOCAL_INTERNAL_ERROR)
        return self._complete(wire.refusal(error))

    def _complete(self, response: Response) -> Response:
        return wire.complete(response, new_uuid(self._service.entropy))

    def _call(self, request: Request) -> _Call:
        operation = wire.requested_operation(request)
        signed = _required_signature(operation, request)
        parsed = validation.parse(operation, wire.parsed_body(request))
        return _Call(operation, parsed, self._caller(operation, signed, parsed))

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

    def _sign_out(self, request: Request) -> Response:
        self._login_keys.sign_outs.add(sign_outs.parse_users(wire.parsed_body(request)))
        return wire.document({})

    def _begin_again(self, request: Request) -> Response:
        self._data.reset(resets.parse_account(wire.parsed_body(request) if request.body != b"" else {}))
        self._login_keys.sign_outs.forget()
        return wire.document({})

    def _dump(self, _: Request) -> Response:
        return wire.json_text(self._data.dump())

    def _jwks(self, _: Request) -> Response:
        return wire.document(self._service.jwks(self._default_region))


def _not_for_pages(control: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Browsers let a page of any site post here, unasked; that must not empty the data of whoever reads the page."""

    def run(request: Request) -> Response:
        if "origin" in request.headers:
            raise CognitoIdentityError(ErrorCode.ACCESS_DENIED, LOCAL_NOT_FOR_PAGES)
        return control(request)

    return run


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
