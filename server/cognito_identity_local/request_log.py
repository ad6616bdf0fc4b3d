"""The log of requests, at level info: who called what, and what came of it. Names alone, no members and no answers.

What stands in a line came from a client, so that nothing but printable characters gets in.
"""

from __future__ import annotations

import logging
import re
import time

from cognito_identity_local import wire
from cognito_identity_local.http import Deliver, Request, Response
from cognito_identity_tools.catalogue import BY_AWS_NAME
from cognito_identity_tools.errors import CognitoIdentityError

_log = logging.getLogger("cognito_identity_local.requests")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
_LONGEST_NAME = 100


def logged(request: Request, deliver: Deliver, default_account: str) -> Deliver:
    """Delivers the answer and then logs it, if requests are logged."""
    if not _log.isEnabledFor(logging.INFO):
        return deliver
    began = time.perf_counter()

    def deliver_and_log(response: Response) -> None:
        deliver(response)
        milliseconds = (time.perf_counter() - began) * 1000
        asked, error = _asked(request, default_account), _error(response)
        _log.info("%s: %d in %.1f ms%s", asked, response.status, milliseconds, error)

    return deliver_and_log


def _asked(request: Request, default_account: str) -> str:
    target = request.headers.get("x-amz-target", "")
    name = target.rpartition(".")[2]
    if name in BY_AWS_NAME:
        return f"{name} {_caller(request, default_account)}"
    return _printable(f"{request.method} {request.path} {target}".rstrip())


def _caller(request: Request, default_account: str) -> str:
    try:
        signature = wire.signature(request)
    except CognitoIdentityError:
        signature = None
    return f"of {signature.account or default_account} in {signature.region}" if signature else "unsigned"


def _error(response: Response) -> str:
    """Its message withholds what is secret in a request."""
    headers = dict(response.headers)
    code, message = headers.get("x-amzn-ErrorType", ""), headers.get("x-amzn-ErrorMessage", "")
    return f", {code} {message}".rstrip(": ") if code else ""


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("?", text)[:_LONGEST_NAME]
