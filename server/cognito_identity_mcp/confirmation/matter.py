"""What consent is given to: these steps, at this target, by this caller, resting on this state."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from cognito_identity_mcp.assessment.model import Assessment, Pool, Step
from cognito_identity_mcp.callers import Caller
from cognito_identity_mcp.targets import Target
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Tool

_NAMES_A_POOL = {"identity_pool_id", "identity_pool_name", "resource_arn"}
"""Members of a request."""

POOLLESS = frozenset(row.name for row in OPERATIONS.values() if not _NAMES_A_POOL & row.input.model_fields.keys())
"""Operations whose calls do not say which pool they are about; AWS does not tell an identity's pool either."""


@dataclass(frozen=True)
class Matter:
    """One thing to decide.

    `steps` are what would go out, and `rule` names what made the call need consent.
    """

    tool: Tool
    steps: tuple[Step, ...]
    target: Target
    caller: Caller
    assessment: Assessment
    rule: str

    @property
    def canonical(self) -> str:
        """The same text for the same steps, target and caller, whoever wrote them and in whichever order of keys.

        It holds the arguments whole, secrets among them: it is to be digested, not stored.
        """
        facts = {
            "steps": _canonical_steps(self.steps),
            "place": self.target.place,
            "region": self.target.region,
            "principal": self.caller.principal,
        }
        return json.dumps(facts, sort_keys=True)

    def is_same(self, other: Matter) -> bool:
        """Whether a yes to the one is a yes to the other."""
        return (self.canonical, self.fingerprint) == (other.canonical, other.fingerprint)

    @property
    def pool(self) -> Pool | None:
        """The pool that the call is about, or is about to make."""
        return self.assessment.pool or new_pool(self.steps)

    @property
    def fingerprint(self) -> str:
        return self.assessment.fingerprint


def new_pool(steps: Sequence[Step]) -> Pool | None:
    """The pool that a call is about to create, for policy and grants: it has no id yet."""
    name = getattr(steps[0].request, "identity_pool_name", None)
    return Pool("", name, getattr(steps[0].request, "identity_pool_tags", None) or {}) if name else None


def _canonical_steps(steps: Sequence[Step]) -> list[list[object]]:
    return [[step.operation.name, step.request.model_dump(mode="json", exclude_none=True)] for step in steps]
