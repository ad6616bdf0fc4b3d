"""What every operation is given: who calls, the data, the time and the randomness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cognito_identity_local.keys import Keys
from cognito_identity_local.quotas import DEFAULT, Quotas
from cognito_identity_local.signatures import UNCHECKED, Signatures
from cognito_identity_local.store import Store

Clock = Callable[[], float]
"""Seconds since the epoch."""

Entropy = Callable[[int], bytes]
"""That many unpredictable bytes, like `os.urandom`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request belongs. An unsigned caller has no account: it reaches the pools of all, in its region."""

    account: str
    region: str
    signed: bool

    def reaches(self, account: str, region: str) -> bool:
        return region == self.region and (account == self.account or not self.signed)


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way. `now` is read once, so that a request happens at one moment."""

    caller: Caller
    store: Store
    keys: Keys
    now: float
    entropy: Entropy
    signatures: Signatures = UNCHECKED
    quotas: Quotas = DEFAULT
