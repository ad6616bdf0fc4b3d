"""The quotas that AWS documents (fact sheet §14), as far as the service model does not hold them already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from cognito_identity_local.database import LocalServiceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """Defaults are AWS's own. The service model's limits stand above them: no quota lets through what it refuses."""

    pools: int = 1000
    """Identity pools of an account in a region."""
    user_pool_clients: int = 50
    """User pool clients of an identity pool."""
    rules_per_provider: int = 25
    """Rules in the role mapping of one provider."""
    tags: int = 50
    """Tags of an identity pool."""
    linked_logins: int = 20
    """Logins of an identity after a merge."""


DEFAULT = Quotas()
NAMES = tuple(each.name for each in fields(Quotas))


def parse_quotas(texts: Iterable[str]) -> Quotas:
    """From `NAME=NUMBER` texts; the last one of a name holds.

    Raises:
        LocalServiceError: there is no such quota, or its value is no number from 0 on.
    """
    return Quotas(**dict(map(_parse, texts)))


def _parse(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if name not in NAMES:
        raise LocalServiceError(f"--quota {text}: there is no quota {name!r}. The quotas are {', '.join(NAMES)}.")
    if not (number.isascii() and number.isdigit()):
        raise LocalServiceError(f"--quota {text}: write {name}=NUMBER, as {name}={getattr(DEFAULT, name)}.")
    return name, int(number)
