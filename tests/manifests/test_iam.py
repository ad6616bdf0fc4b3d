"""The IAM policies: every signed operation in exactly the policies its effect belongs to, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_identity_mcp.manifests import iam
from cognito_identity_mcp.workflows.catalogue import WORKFLOWS
from cognito_identity_mcp.workflows.workflow import Workflow
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect, Operation

Json = dict[str, Any]

POLICIES: dict[str, Json] = {path.split("/")[1]: json.loads(text) for path, text in iam.files().items()}

BELONGS = {
    Effect.READ: {"read-only.json", "operator.json", "administrator.json"},
    Effect.WRITE: {"operator.json", "administrator.json"},
    Effect.OVERWRITE: {"operator.json", "administrator.json"},
    Effect.DESTROY: {"administrator.json"},
    Effect.CREDENTIAL: {"administrator.json"},
}

ANY_RESOURCE = {
    "CreateIdentityPool",
    "DeleteIdentities",
    "DescribeIdentity",
    "ListIdentityPools",
    "SetIdentityPoolRoles",
    "SetPrincipalTagAttributeMap",
}
"""Signed actions for which the service authorization reference lists no resource type."""


def actions(policy: Json) -> list[str]:
    return [action for statement in policy["Statement"] for action in statement["Action"]]


def test_there_is_a_policy_for_each_role() -> None:
    assert set(POLICIES) == {"read-only.json", "operator.json", "administrator.json"}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_an_operation_is_in_exactly_the_policies_of_its_effect(operation: Operation) -> None:
    holders = {name for name, policy in POLICIES.items() if operation.iam_action in actions(policy)}
    assert holders == (BELONGS[operation.effect] if operation.signed else set())


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS.keys())
def test_the_role_of_a_workflow_s_effect_may_run_it_whole(workflow: Workflow) -> None:
    needed = {OPERATIONS[name].iam_action for name in workflow.runs}
    assert all(needed <= set(actions(POLICIES[name])) for name in BELONGS[workflow.effect])


def test_the_administrator_has_all_nineteen_signed_operations_once() -> None:
    own = [action for action in actions(POLICIES["administrator.json"]) if action.startswith("cognito-identity:")]
    assert len(own) == len(set(own)) == 19


@pytest.mark.parametrize("name", POLICIES)
def test_an_action_is_limited_to_pools_where_iam_can_do_that(name: str) -> None:
    for statement in POLICIES[name]["Statement"]:
        own = {action.partition(":")[2] for action in statement["Action"] if action.startswith("cognito-identity:")}
        limited = statement["Resource"] == "arn:aws:cognito-identity:*:*:identitypool/*"
        assert (own & ANY_RESOURCE == set()) if limited else own <= ANY_RESOURCE


@pytest.mark.parametrize("name", POLICIES)
def test_roles_may_be_passed_to_cognito_identity_only_and_only_where_roles_can_be_set(name: str) -> None:
    passing = [each for each in POLICIES[name]["Statement"] if "iam:PassRole" in each["Action"]]
    sets_roles = "cognito-identity:SetIdentityPoolRoles" in actions(POLICIES[name])
    assert bool(passing) is sets_roles
    for statement in passing:
        assert statement["Action"] == ["iam:PassRole"]
        assert statement["Condition"] == {
            "StringEqualsIfExists": {"iam:PassedToService": "cognito-identity.amazonaws.com"},
        }


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_allows_single_actions_and_fits_a_managed_policy(name: str) -> None:
    """6,144 characters without white space is IAM's quota."""
    policy = POLICIES[name]
    assert policy["Version"] == "2012-10-17"
    assert all(statement["Effect"] == "Allow" for statement in policy["Statement"])
    assert not any("*" in action for action in actions(policy))
    assert len(json.dumps(policy, separators=(",", ":"))) <= 6_144
