"""One behaviour of the local service: what it does, how sure anybody is that AWS does so, and what holds it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """How well a behaviour is known; the marks of the fact sheet."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    INFERRED = "inferred"
    UNKNOWN = "unknown"
    OWN = "own"
    """No behaviour of AWS: what this service promises to its users beside."""


D, O, I, U, OWN = Confidence  # noqa: E741 - the marks as the fact sheet writes them


@dataclass(frozen=True)
class Behaviour:
    """`section` is the fact sheet's paragraph. `deferral` is the reason why nothing tests it, if nothing does.

    `default` names what embodies an unknown in the code, as `module:name`: the one place that a measurement changes.
    """

    id: str
    section: str
    confidence: Confidence
    sentence: str
    deferral: str = ""
    default: str = ""
