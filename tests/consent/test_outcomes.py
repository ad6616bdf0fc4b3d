"""The outcome table, played: nothing runs but after one right answer; what is refused leaves nothing but a record."""

from __future__ import annotations

from pathlib import Path

import pytest

from .outcomes import Case, cases
from .stage import Stage


@pytest.fixture
async def stage(case: Case, local_service: str, state: Path, request: pytest.FixtureRequest) -> Stage:
    http = request.getfixturevalue("http_server") if case.transport == "http" else None
    stage = Stage(case.transport, case.era, local_service, state, http)
    await stage.set_up()
    return stage


@pytest.mark.parametrize("case", list(cases()), ids=str)
async def test_an_outcome(case: Case, stage: Stage) -> None:
    outcome = case.outcome
    code = await outcome.play(stage)
    assert code == outcome.gets(case.era)
    changes = await stage.changes()
    assert [change.state for change in changes if change.went_out] == outcome.runs * ["done"]
    if outcome.recorded and code.startswith(("Confirmation", "Approval")) and code != "ConfirmationStateInvalid":
        assert {change.refusal.code for change in changes if change.refusal} == {code}
    if outcome.runs and outcome.deletes:
        assert stage.hand.misses(stage.pool)
    else:
        assert stage.hand.sees(stage.pool) == stage.left
