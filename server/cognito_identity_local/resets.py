"""What asks to begin again while it serves, for all accounts or for one."""

from __future__ import annotations

import re
from typing import cast

from cognito_identity_local import errors
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode

PATH = "/reset"

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
