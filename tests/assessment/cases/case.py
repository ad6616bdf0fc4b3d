"""One row of the tables: a set-up, a call, and all that the assessment has to say about it."""

from __future__ import annotations

from dataclasses import dataclass

from cognito_identity_mcp.assessment.model import Findings
from tests.assessment.world import Call


@dataclass(frozen=True)
class Case:
    name: str
    given: tuple[Call, ...]
    call: Call
    expected: Findings
