"""What may be done: a pure function from the effect of a call to allow, confirm or refuse.

Rules by pool, tag and caller will stand here too; whoever adds a source may only make the answer stricter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from cognito_identity_tools.operation import Effect


class Verdict(StrEnum):
    ALLOW = "allow"
    CONFIRM = "confirm"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Decision:
    """`rule` names what decided, for the human, the model and the record."""

    verdict: Verdict
    rule: str


@dataclass(frozen=True)
class Policy:
    read_only: bool = False


_DEFAULTS = MappingProxyType(
    {
        Effect.READ: Verdict.ALLOW,
        Effect.WRITE: Verdict.ALLOW,
        Effect.OVERWRITE: Verdict.CONFIRM,
        Effect.DESTROY: Verdict.CONFIRM,
        Effect.CREDENTIAL: Verdict.CONFIRM,
    }
)


def decide(policy: Policy, effect: Effect) -> Decision:
    """The decision for a call of this effect."""
    if policy.read_only and effect is not Effect.READ:
        return Decision(Verdict.REFUSE, "read-only mode")
    return Decision(_DEFAULTS[effect], f"default for {effect} calls")
