"""What is known about the login tokens of one request before it runs: who signed them, and whether they are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto


class Verdict(Enum):
    GOOD = auto()
    """Signed by one of the issuer's keys."""
    UNCHECKED = auto()
    """Nobody was asked to look."""
    BAD = auto()
    """Not signed by the issuer, or nobody can tell since the issuer has no keys here."""
    UNREACHABLE = auto()
    """The issuer's keys could not be had."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Verdicts by the keys in `Logins`; `unlisted` is that on every issuer without a configuration of its own.

    `signed_out` are the keys whose users have been signed out of their user pool since.
    """

    unlisted: Verdict = Verdict.UNCHECKED
    found: Mapping[str, Verdict] = field(default_factory=dict[str, Verdict])
    signed_out: frozenset[str] = frozenset()

    def of(self, key: str) -> Verdict:
        return self.found.get(key, self.unlisted)

    def blaming_no_issuer(self) -> Signatures:
        """Keys that could not be had make a token unverifiable: for operations without ExternalServiceException."""
        found = {key: Verdict.BAD if verdict is Verdict.UNREACHABLE else verdict for key, verdict in self.found.items()}
        return replace(self, found=found)


UNCHECKED = Signatures()
