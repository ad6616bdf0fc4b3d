"""What consent is given to: these steps, at this target, by this caller, resting on this state."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from cognito_identity_mcp.assessment.model import Assessment, Step
from cognito_identity_mcp.callers import Caller
from cognito_identity_mcp.targets import Target
from cognito_identity_tools.operation import Tool


@dataclass(frozen=True)
class Matter:
    """One thing to decide.

    `steps` are what would go out, `bound` is whatever else the consent covers beyond them (the exact set of a bulk
    call), and `rule` names what made the call need consent.
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

    @property
    def fingerprint(self) -> str:
        return self.assessment.fingerprint


def _canonical_steps(steps: Sequence[Step]) -> list[list[object]]:
    return [[step.operation.name, step.request.model_dump(mode="json", exclude_none=True)] for step in steps]
