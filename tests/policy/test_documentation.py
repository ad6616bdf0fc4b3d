"""The example in docs/policy.md is a policy, and decides as its comments say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.policy import file
from cognito_identity_mcp.policy.decision import Facts, Policy, decide
from cognito_identity_mcp.settings import Settings
from cognito_identity_tools.operation import Effect

_PAGE = Path(__file__).parents[2] / "docs" / "policy.md"
_SANDBOX = Pool("eu-west-1:1", "sandbox-7", {"environment": "dev"})
_PRODUCTION = Pool("eu-west-1:2", "sandbox-8", {"environment": "production"})
_SHOP = Pool("eu-west-1:01234567-89ab-cdef-0123-456789abcdef", "shop", {})
_REASON = "Production pools are changed through the platform team's pipeline."
_TOKEN = "get_open_id_token_for_developer_identity"


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    (example,) = re.findall(r"```toml\n(.*?)```", _PAGE.read_text("utf-8"), re.DOTALL)
    path = tmp_path / "policy.toml"
    path.write_text(example)
    return file.policy(Settings(policy=path))


@pytest.mark.parametrize(
    ("operation", "effect", "pool", "scopes", "verdict", "rule"),
    [
        ("update_identity_pool", Effect.OVERWRITE, _SANDBOX, (), "allow", 'rule "sandboxes are free"'),
        (
            "update_identity_pool",
            Effect.OVERWRITE,
            _PRODUCTION,
            (),
            "refuse",
            f'rule "production is changed by its owners": {_REASON}',
        ),
        ("delete_identity_pool", Effect.DESTROY, _SHOP, (), "refuse", 'rule "the shop\'s pool"'),
        ("delete_identity_pool", Effect.DESTROY, _SANDBOX, (), "confirm", "preset operator, effects.destroy"),
        ("get_id", Effect.WRITE, _SHOP, (), "confirm", "policy file, effects.write"),
        ("tag_resource", Effect.WRITE, _SHOP, (), "allow", "policy file, operations.tag_resource"),
        (_TOKEN, Effect.CREDENTIAL, _SHOP, (), "refuse", "preset operator, effects.credential"),
        (
            _TOKEN,
            Effect.CREDENTIAL,
            _SHOP,
            ("cognito-identity/support",),
            "confirm",
            'rule "support may issue tokens"',
        ),
    ],
)
def test_the_example_decides_as_it_says(
    policy: Policy, operation: str, effect: Effect, pool: Pool, scopes: tuple[str, ...], verdict: str, rule: str
) -> None:
    facts = Facts(operation, operation, effect, "eu-west-1", "123456789012", pool, frozenset(scopes))
    decision = decide(policy, facts)
    assert (decision.verdict, decision.rule) == (verdict, rule)
