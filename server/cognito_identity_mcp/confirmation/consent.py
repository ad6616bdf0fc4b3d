"""What lets a call run: the decision of the policy and, where it asks for one, a yes that was used up for this call."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cognito_identity_mcp.assessment.model import Image
from cognito_identity_mcp.confirmation.matter import Matter
from cognito_identity_mcp.journal.records import Evidence
from cognito_identity_mcp.policy.decision import Decision


@dataclass(frozen=True)
class Consent:
    """`is_current`: it was matched to the state just read, so that nothing has to be read again before the call."""

    evidence: Evidence
    is_current: bool


@dataclass(frozen=True)
class Agreement:
    """The decision, the consent if it needed one, and the state they rest on.

    `undoes` is the change that the steps put back; `part_of` groups the changes of one bulk call.
    """

    matter: Matter
    decision: Decision
    consent: Consent | None = None
    undoes: str | None = None
    part_of: str | None = None

    def resting_on(self, images: tuple[Image, ...]) -> Agreement:
        """The same agreement for a later step, which replaces another state than the first one."""
        assessment = replace(self.matter.assessment, images=images)
        return replace(self, matter=replace(self.matter, assessment=assessment))
