"""What each assessor finds, whole, in a pool of the real local service."""

from __future__ import annotations

import re

import pytest

from cognito_identity_mcp.assessment.hazards.table import HAZARDS
from cognito_identity_mcp.assessment.table import ASSESSORS
from cognito_identity_tools.operation import Effect

from .cases import deletions, developer_identities, identities, identity_pools, roles, sign_ins, tags
from .cases.case import Case
from .world import World

CASES = tuple(
    case
    for area in (identity_pools, deletions, roles, tags, identities, sign_ins, developer_identities)
    for case in area.CASES
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_an_assessment_says_what_the_call_would_do_and_changes_nothing(world: World, case: Case) -> None:
    await world.set_up(*case.given)
    assert await world.findings(case.call) == world.filled(case.expected)
    assert {operation.effect for operation in world.sent} <= {Effect.READ}


def test_every_operation_has_a_case() -> None:
    assert {case.call.tool for case in CASES} == ASSESSORS.keys()


def test_every_hazard_has_a_case() -> None:
    said = [warning for case in CASES for warning in case.expected.warnings]
    never = [hazard.id for hazard in HAZARDS if not any(_pattern(hazard.sentence).fullmatch(each) for each in said)]
    assert never == []


def test_every_hazard_has_an_id_of_its_own() -> None:
    ids = [hazard.id for hazard in HAZARDS]
    assert sorted(set(ids)) == sorted(ids)


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in sentence.split("{}")))
