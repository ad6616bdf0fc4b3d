"""A policy seen from above: what it says about each tool before there is a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.policy.conditions import MAKE_A_POOL, STEERING
from cognito_identity_mcp.policy.decision import (
    Decision,
    Facts,
    Match,
    Policy,
    Rule,
    Verdict,
    decide,
    refused_outright,
    usual,
)
from cognito_identity_tools.operation import Effect, Operation, Tool

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


_REMEMBERED = 1024
"""Answers about one policy are as many as pairs of a tool and the operations it runs."""


@dataclass(frozen=True)
class Outlook:
    """What a tool's calls have to expect: the decision at its usual effect, and the rules that may change it."""

    tool: Tool
    decision: Decision
    rules: tuple[Rule, ...]


def outlook(policy: Policy, tool: Tool) -> Outlook:
    """Nothing is taken as known but the tool: rules that depend on more are listed, and do not decide."""
    facts = Facts(tool.name, tool.name, tool.effect)
    rules = tuple(rule for rule in policy.rules if rule.match(facts) is Match.UNKNOWN)
    return Outlook(tool, usual(policy, facts), rules)


@lru_cache(_REMEMBERED)
def refusal(policy: Policy, tool: Tool, called: Tool | None = None) -> Decision | None:
    """The refusal that meets every call of a tool whatever its arguments, or None.

    `called`: the workflow tool that runs it as a step; policies can speak of either.
    """
    return refused_outright(policy, _calls(tool, called))


@lru_cache(_REMEMBERED)
def free_read(policy: Policy, tool: Tool, called: Tool | None = None) -> Decision | None:
    """The decision that allows every call of a tool that only reads, whatever else becomes known, or None.

    With nothing known the decision is the strictest there can be. `called` as above.
    """
    decision = decide(policy, Facts((called or tool).name, tool.name, Effect.READ))
    return decision if decision.verdict is Verdict.ALLOW else None


def needs_pool(policy: Policy, tool: Tool, called: Tool | None = None) -> bool:
    """Whether a rule asks for name or tags of the pool in calls of a tool; `called` as above.

    They have to be read then before the call is decided, also for calls that would be read for nothing else.
    A call that can change them needs them wherever any rule goes by them.
    """
    waiting = [rule for rule in policy.rules if rule.waits_for("pool_name", "pool_tags")]
    if waiting and tool.name in STEERING:
        return True
    return any(rule.match(call) is not Match.NO for rule in waiting for call in _calls(tool, called))


def can_match(rule: Rule, tools: Iterable[Tool], pool_id: str | None = None) -> bool:
    """Whether there is a call of these tools that a rule may match: one about this pool, where one is given.

    A rule that matches none is a mistake: what it was to close would stay open.
    """
    calls = (call for tool in tools for call in _calls(tool))
    return any(rule.match(_about(pool_id, call)) is not Match.NO for call in calls)


def _about(pool_id: str | None, call: Facts) -> Facts:
    if pool_id is None:
        return call
    known = "" if call.operation in MAKE_A_POOL else pool_id
    return replace(call, region=pool_id.partition(":")[0], pool=Pool(known))


def _calls(tool: Tool, called: Tool | None = None) -> list[Facts]:
    """A call with each effect that the tool's calls can have, nothing else known; `called` as in `refusal`."""
    name = tool.name if called is None else called.name
    return [Facts(name, tool.name, effect) for effect in _effects(tool)]


def _effects(tool: Tool) -> tuple[Effect, ...]:
    """A workflow tool may stop before the step that gives it its effect, so its calls may have any."""
    is_one_step = isinstance(tool, Operation) or tool.effect is Effect.READ
    return _MAY_BECOME[tool.effect] if is_one_step else tuple(Effect)
