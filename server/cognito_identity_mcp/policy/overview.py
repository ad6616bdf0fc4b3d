"""A policy seen from above: what it says about each tool before there is a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cognito_identity_mcp.policy.decision import Decision, Facts, Match, Policy, Rule, refused_outright, usual
from cognito_identity_mcp.policy.document import TOOLS
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect

_MAY_BECOME: Mapping[Effect, tuple[Effect, ...]] = MappingProxyType(
    {
        Effect.READ: (Effect.READ,),
        Effect.WRITE: (Effect.WRITE, Effect.OVERWRITE),
        Effect.OVERWRITE: (Effect.WRITE, Effect.OVERWRITE),
        Effect.DESTROY: (Effect.DESTROY,),
        Effect.CREDENTIAL: (Effect.CREDENTIAL,),
    }
)
"""The effects that an assessment can find in a call of an operation, by the operation's own."""


@dataclass(frozen=True)
class Outlook:
    """What a tool's calls have to expect: the decision at its usual effect, and the rules that may change it."""

    tool: str
    effect: Effect
    decision: Decision
    rules: tuple[Rule, ...]


def outlook(policy: Policy, tool: str) -> Outlook:
    """Nothing is taken as known but the tool: rules that depend on more are listed, and do not decide."""
    facts = Facts(tool, tool, TOOLS[tool])
    rules = tuple(rule for rule in policy.rules if rule.match(facts) is Match.UNKNOWN)
    return Outlook(tool, facts.effect, usual(policy, facts), rules)


def refusal(policy: Policy, tool: str) -> Decision | None:
    """The refusal that meets every call of a tool whatever its arguments, or None."""
    return refused_outright(policy, [Facts(tool, tool, effect) for effect in _effects(tool)])


def _effects(tool: str) -> tuple[Effect, ...]:
    """A workflow tool may stop before the step that gives it its effect, so its calls may have any."""
    effect = TOOLS[tool]
    return _MAY_BECOME[effect] if tool in OPERATIONS or effect is Effect.READ else tuple(Effect)
