"""Beginning again while it serves: the data as it was at the start, which is nothing but the seed.

The keys that sign tokens stay: who has read them need not read them again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from cognito_identity_local import errors
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode

PATH = "/reset"

Reset = Callable[[str | None], None]
"""Brings the data of an account back to the start; None: of all accounts. Runs inside a transaction."""

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


def parse_account(body: object) -> str | None:
    """From `{"AccountId": "123456789012"}`; None for all accounts, from `{}`.

    Raises:
        CognitoIdentityError: it has another form (SerializationException).
    """
    if body == {}:
        return None
    members = cast("dict[str, object]", body) if isinstance(body, dict) else {}
    account = members.get("AccountId")
    if len(members) != 1 or not isinstance(account, str) or not _ACCOUNT.fullmatch(account):
        raise CognitoIdentityError(ErrorCode.SERIALIZATION, errors.LOCAL_NO_ACCOUNT)
    return account
