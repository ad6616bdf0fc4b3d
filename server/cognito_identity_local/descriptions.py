"""What is published of an identity, as the JSON text that is kept beside it: a page of identities is a join of them.

The shape is that of the catalogue's `IdentityDescription`, which is made here and nowhere else. When it changes, kept
texts have to be made anew: a step of `schema`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from cognito_identity_local.answers import published
from cognito_identity_local.building import built
from cognito_identity_tools.operations.identities import IdentityDescription

LOCAL_DISABLED_LOGINS = ["DISABLED"]
"""What stands under the logins of a disabled identity; the word is the console's, the form unverified (§20 no. 6)."""


def description(
    identity_id: str, created: float, modified: float, providers: Iterable[str] = (), *, is_disabled: bool = False
) -> str:
    """`providers` are those of its logins in the order of linking. A guest has no list of them at all."""
    names = LOCAL_DISABLED_LOGINS if is_disabled else list(dict.fromkeys(providers)) or None
    first = _moment(created)
    described = built(
        IdentityDescription,
        identity_id=identity_id,
        logins=names,
        creation_date=first,
        last_modified_date=first if modified == created else _moment(modified),
    )
    return published(described).decode()


def _moment(seconds: float) -> datetime:
    """With milliseconds, as AWS has them."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)
