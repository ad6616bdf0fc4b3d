"""The service without HTTP, on a clock of its own, for tests of many small calls.

One for all, since making its signing key takes longer than a test; who makes pools deletes them.
"""

from __future__ import annotations

import json
from typing import Any, cast

from cognito_identity_local import wire
from cognito_identity_local.context import Caller
from cognito_identity_local.database import open_database
from cognito_identity_local.service import LocalCognitoIdentity
from cognito_identity_local.store import Store
from cognito_identity_tools.catalogue import BY_AWS_NAME
from cognito_identity_tools.errors import CognitoIdentityError

from .client import ACCOUNT, REGION
from .conftest import TestClock

CLOCK = TestClock()
_CALLER = Caller(ACCOUNT, REGION, signed=True)
_SERVICE = LocalCognitoIdentity(Store(open_database(None)), clock=CLOCK)

Answer = dict[str, Any]


def call(operation: str, **members: object) -> Answer:
    """
    Raises:
        CognitoIdentityError: the service refuses.
    """
    row = BY_AWS_NAME[operation]
    answer = _SERVICE.call(row, row.input.model_validate(members), _CALLER)
    body = wire.answer(row, answer).body
    return cast("Answer", json.loads(body)) if body else {}


def attempt(operation: str, **members: object) -> tuple[Answer | None, str]:
    """The answer, or the code of the refusal."""
    try:
        return call(operation, **members), ""
    except CognitoIdentityError as error:
        return None, str(error.code)


def pages(operation: str, key: str, size: int, **members: object) -> list[Any]:
    """What all pages of a list hold."""
    answer = call(operation, MaxResults=size, **members)
    found: list[Any] = answer[key]
    while "NextToken" in answer:
        assert len(answer[key]) == size
        answer = call(operation, MaxResults=size, NextToken=answer["NextToken"], **members)
        found += answer[key]
    return found
