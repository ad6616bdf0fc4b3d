"""What a human agrees to, a human can read: nothing of a change is out of the question, and no warning is buried."""

from __future__ import annotations

import pytest

from cognito_identity_mcp.assessment.hazards.hazard import MOST_OF_A_KIND
from cognito_identity_mcp.settings import Settings
from tests.interaction.clients import (
    ERAS,
    FACEBOOK,
    Era,
    Facts,
    Human,
    agreeing,
    create_pool,
    fail,
    in_process,
    succeed,
)

ROLES = "arn:aws:iam::123456789012:role"
MOST_LINES = 60


def _mappings(rules: int) -> Facts:
    rows = [_rule(number) for number in range(rules)]
    parts = {f"site{start}.example": rows[start : start + 25] for start in range(0, rules, 25)}
    return {
        provider: {"type": "Rules", "ambiguous_role_resolution": "Deny", "rules_configuration": {"rules": part}}
        for provider, part in parts.items()
    }


def _rule(number: int) -> Facts:
    return {"claim": f"custom:{number}", "match_type": "Equals", "value": "yes", "role_arn": f"{ROLES}/r{number}"}


async def _set(settings: Settings, human: Human, era: Era, roles: Facts, rules: int) -> tuple[Facts, Facts]:
    """How the call was refused, and the roles afterwards."""
    async with in_process(settings, human, era) as client:
        pool = await create_pool(client)
        wanted = {"identity_pool_id": pool, "roles": roles, "role_mappings": _mappings(rules)}
        error = await fail(client, "set_identity_pool_roles", wanted)
        return error, await succeed(client, "get_identity_pool_roles", {"identity_pool_id": pool})


@pytest.mark.parametrize("era", ERAS)
async def test_nobody_is_asked_to_agree_to_more_than_a_question_shows(local_service: str, era: Era) -> None:
    """Sixty harmless lines would push the one that matters out of it: a role, last in order."""
    human = agreeing()
    roles = {"authenticated": f"{ROLES}/administrator"}
    error, after = await _set(Settings(endpoint_url=local_service), human, era, roles, rules=MOST_LINES)
    assert (error["code"], error["kind"], human.questions) == ("TooMuchForOneQuestion", "refused", [])
    assert after.get("roles") is None


async def test_a_client_that_cannot_ask_gets_no_approval_for_it_either(local_service: str) -> None:
    async with in_process(Settings(endpoint_url=local_service)) as client:
        pool = await create_pool(client)
        wanted = {"identity_pool_id": pool, "roles": {}, "role_mappings": _mappings(MOST_LINES + 1)}
        error = await fail(client, "set_identity_pool_roles", wanted)
    assert (error["code"], error.get("approval")) == ("TooMuchForOneQuestion", None)


async def test_many_warnings_of_one_kind_do_not_bury_the_others(local_service: str) -> None:
    human = agreeing()
    rules = [_rule(number) for number in range(20)]
    mapping = {"type": "Rules", "ambiguous_role_resolution": "Deny", "rules_configuration": {"rules": rules}}
    async with in_process(Settings(endpoint_url=local_service), human) as client:
        pool = await create_pool(client)
        wanted = {"identity_pool_id": pool, "roles": {}, "role_mappings": {FACEBOOK: mapping}}
        await succeed(client, "set_identity_pool_roles", wanted)
    (question,) = [each.message for each in human.questions]
    warnings = [line for line in question.splitlines() if line.startswith("  !")]
    assert sum("may be able to write the claim" in line for line in warnings) == MOST_OF_A_KIND
    assert warnings[MOST_OF_A_KIND - 1].endswith("(And 15 more like this.)")
    assert any("With role mappings AWS refuses classic flow" in line for line in warnings)


async def test_of_a_long_value_the_end_is_shown_too(local_service: str) -> None:
    """The name of a role stands there."""
    human = agreeing()
    role = f"{ROLES}/{'a' * 250}/{'b' * 250}/{'c' * 60}/administrator"
    async with in_process(Settings(endpoint_url=local_service), human) as client:
        pool = await create_pool(client)
        await succeed(client, "set_identity_pool_roles", {"identity_pool_id": pool, "roles": {"authenticated": role}})
    assert f"{role[-100:]} ({len(role)} characters)" in human.questions[0].message
