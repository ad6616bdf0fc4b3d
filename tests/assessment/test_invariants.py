"""What holds for any pool and any request: a call that may run without a question harms nobody and helps nobody in."""

from __future__ import annotations

from typing import Any

import anyio
from hypothesis import given, settings, strategies as st

from cognito_identity_mcp.assessment.hazards.roles import roles_in
from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Findings
from cognito_identity_mcp.assessment.table import ASSESSORS
from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.operations.roles import (
    GetIdentityPoolRolesResponse as PoolRoles,
    SetIdentityPoolRolesInput,
)
from cognito_identity_tools.service import Answer
from cognito_identity_tools.shapes import Shape

from .world import ADMINS, CLIENT, DEVELOPER, FACEBOOK, GOOGLE, GUESTS, SAML_ARN, USER_POOL, USERS

UNTIMED = settings(deadline=None)

ID = "us-east-1:11111111-2222-3333-4444-555555555555"
CLIENTS = st.fixed_dictionaries(
    {"provider_name": st.just(USER_POOL), "client_id": st.sampled_from([CLIENT, "other"])},
    optional={"server_side_token_check": st.booleans()},
)
POOLS = st.fixed_dictionaries(
    {
        "identity_pool_id": st.just(ID),
        "identity_pool_name": st.sampled_from(["a pool", "another"]),
        "allow_unauthenticated_identities": st.booleans(),
    },
    optional={
        "allow_classic_flow": st.booleans(),
        "supported_login_providers": st.dictionaries(st.sampled_from([FACEBOOK, GOOGLE]), st.sampled_from("xy")),
        "developer_provider_name": st.just(DEVELOPER),
        "cognito_identity_providers": st.lists(CLIENTS, max_size=2),
        "saml_provider_arns": st.lists(st.just(SAML_ARN), max_size=1),
        "identity_pool_tags": st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy")),
    },
).map(IdentityPool.model_validate)
ROLE_ARNS = st.sampled_from([USERS, GUESTS, ADMINS])
RULES = st.fixed_dictionaries(
    {
        "claim": st.sampled_from(["sub", "email"]),
        "match_type": st.just("Equals"),
        "value": st.just("x"),
        "role_arn": ROLE_ARNS,
    }
)
BY_RULES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "type": st.just("Rules"),
        "ambiguous_role_resolution": st.sampled_from(["Deny", "AuthenticatedRole"]),
        "rules_configuration": st.fixed_dictionaries({"rules": st.lists(RULES, min_size=1, max_size=2)}),
    }
)
BY_TOKEN: st.SearchStrategy[dict[str, Any]] = st.just({"type": "Token", "ambiguous_role_resolution": "Deny"})
ROLES = st.fixed_dictionaries(
    {"roles": st.dictionaries(st.sampled_from(["authenticated", "unauthenticated"]), ROLE_ARNS)},
    optional={"role_mappings": st.dictionaries(st.sampled_from([FACEBOOK, GOOGLE]), BY_RULES | BY_TOKEN)},
).map(PoolRoles.model_validate)


MEMBERS = st.sets(
    st.sampled_from([name for name in IdentityPool.model_fields if name != "identity_pool_id"]), max_size=3
)
KINDS = st.sets(st.sampled_from(["roles", "role_mappings"]))


def mixed(first: Shape, second: Shape, names: set[str]) -> Any:
    """The first, with these members of the second."""
    return first.model_copy(update={name: getattr(second, name) for name in names})


class State:
    """A region with one pool."""

    def __init__(self, pool: IdentityPool, roles: PoolRoles) -> None:
        self._answers: dict[str, Shape] = {"describe_identity_pool": pool, "get_identity_pool_roles": roles}

    async def call(self, operation: Operation, request: Shape) -> Answer:  # noqa: ARG002 - there is one pool
        return Answer(self._answers[operation.name])


def found(operation: str, request: Shape, state: State) -> Findings:
    async def assessed() -> Findings:
        return await ASSESSORS[operation](request, Live(state))

    return anyio.run(assessed)


def updated(pool: IdentityPool, request: IdentityPool, roles: PoolRoles) -> Findings:
    return found("update_identity_pool", request, State(pool, roles))


def with_roles(pool: IdentityPool, before: PoolRoles, after: PoolRoles) -> Findings:
    members: dict[str, Any] = {"identity_pool_id": ID, "roles": {}}
    members |= after.model_dump(exclude_none=True)
    return found("set_identity_pool_roles", SetIdentityPoolRolesInput.model_validate(members), State(pool, before))


def providers(pool: IdentityPool) -> dict[str, str]:
    clients = {f"{each.provider_name}:{each.client_id}": "" for each in pool.cognito_identity_providers or ()}
    saml = dict.fromkeys(pool.saml_provider_arns or (), "")
    return clients | saml | (pool.supported_login_providers or {})


def gives_nothing(pool: IdentityPool, roles: PoolRoles) -> bool:
    """Whether signing in leads to no role, but for SAML, whose assertions name it."""
    attached = "authenticated" in (roles.roles or {}) or bool(roles.role_mappings)
    return not attached and pool.allow_classic_flow is False


@UNTIMED
@given(POOLS, ROLES)
def test_sending_back_what_is_there_changes_nothing(pool: IdentityPool, roles: PoolRoles) -> None:
    nothing = (Effect.WRITE, (), ())
    for findings in (updated(pool, pool, roles), with_roles(pool, roles, roles)):
        assert (findings.effect, findings.changes, findings.warnings) == nothing
        assert findings.consequence.startswith("Changes nothing")


@UNTIMED
@given(POOLS, POOLS, MEMBERS, ROLES)
def test_an_update_without_a_question_locks_nobody_out_and_lets_nobody_in(
    before: IdentityPool, other: IdentityPool, members: set[str], roles: PoolRoles
) -> None:
    request: IdentityPool = mixed(before, other, members)
    if updated(before, request, roles).effect is not Effect.WRITE:
        return
    assert request.identity_pool_name == before.identity_pool_name
    assert request.allow_unauthenticated_identities == before.allow_unauthenticated_identities
    assert (request.allow_classic_flow is not False) == (before.allow_classic_flow is not False)
    assert providers(before).items() <= providers(request).items()
    added = providers(request).keys() - providers(before).keys()
    assert SAML_ARN not in added
    assert not added or gives_nothing(request, roles)


@UNTIMED
@given(POOLS, ROLES, ROLES, KINDS)
def test_roles_set_without_a_question_give_nobody_a_role_that_was_not_attached(
    pool: IdentityPool, before: PoolRoles, other: PoolRoles, kinds: set[str]
) -> None:
    after: PoolRoles = mixed(before, other, kinds)
    if with_roles(pool, before, after).effect is not Effect.WRITE:
        return
    assert set(roles_in(after)) == set(roles_in(before))
    assert (before.roles or {}).items() <= (after.roles or {}).items()
    assert (after.roles or {}).get("unauthenticated") == (before.roles or {}).get("unauthenticated")
    assert (before.role_mappings or {}).keys() <= (after.role_mappings or {}).keys()
