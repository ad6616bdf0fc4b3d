"""What each assessor finds, whole, in a pool of the real local service."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from cognito_identity_mcp.assessment.hazards.hazard import Hazard
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


@pytest.mark.parametrize(
    ("world", "key"),
    [
        ("cn-north-1", "cognito-identity.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "cognito-identity.us-gov-west-1.amazonaws.com"),
        ("us-gov-west-1", "cognito-identity.amazonaws.com"),
    ],
    indirect=["world"],
)
async def test_a_pools_own_token_is_known_by_its_regions_key(world: World, key: str) -> None:
    (case,) = (case for case in CASES if case.name == "credentials for a user of the developer's own")
    await world.set_up(*case.given)
    call = replace(case.call, members={"identity_id": "<bob>", "logins": {key: "token of bob"}})
    assert await world.findings(call) == world.filled(case.expected)


def test_every_operation_has_a_case() -> None:
    assert {case.call.tool for case in CASES} == ASSESSORS.keys()


def test_every_hazard_has_a_case() -> None:
    said = {name for case in CASES for name in _ids_of(case, HAZARDS)}
    assert sorted(said) == sorted(hazard.id for hazard in HAZARDS)


def test_every_hazard_has_an_id_of_its_own() -> None:
    ids = [hazard.id for hazard in HAZARDS]
    assert sorted(set(ids)) == sorted(ids)


def test_every_hazard_that_raises_the_effect_does_so_alone_in_a_case_that_only_adds() -> None:
    raising = [hazard for hazard in HAZARDS if hazard.raises]
    alone = {hazards[0] for case in CASES if _only_adds(case) and len(hazards := _ids_of(case, raising)) == 1}
    assert sorted(alone) == sorted(hazard.id for hazard in raising)


def _only_adds(case: Case) -> bool:
    return case.expected.effect is Effect.OVERWRITE and all(change.before is None for change in case.expected.changes)


def _ids_of(case: Case, hazards: Sequence[Hazard[Any]]) -> list[str]:
    """Which of the hazards the case is warned of."""
    said = case.expected.warnings
    return [each.id for each in hazards if any(_pattern(each.sentence).fullmatch(warning) for warning in said)]


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in sentence.split("{}")))
