"""Why a policy decides a call as it does: every part of it, every rule, every condition."""

from __future__ import annotations

from dataclasses import dataclass

from cognito_identity_mcp.policy.decision import Decision, Facts, Finding, Match, Policy, Rule, decide, opinions


@dataclass(frozen=True)
class Considered:
    """A rule, and how it and its conditions stand to a call."""

    rule: Rule
    match: Match
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Explanation:
    """`opinions` is what the parts of the policy say by themselves: read-only mode, file or default, preset."""

    decision: Decision
    opinions: tuple[Decision, ...]
    considered: tuple[Considered, ...]


def explain(policy: Policy, facts: Facts) -> Explanation:
    """How `decide` comes to its decision."""
    considered = tuple(Considered(rule, rule.match(facts), rule.findings(facts)) for rule in policy.rules)
    return Explanation(decide(policy, facts), tuple(opinions(policy, facts)), considered)
