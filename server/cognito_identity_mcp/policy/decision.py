"""What may be done: a pure function from what is known about a call to allow, confirm or refuse.

Sources, the most specific first: the policy file's rules, its setting for the operation, its setting for the effect,
the preset it is based on, the built-in default. Read-only mode and the preset of the command line can only tighten
what the file says. Nothing here reads, asks or knows the form of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from cognito_identity_tools.operation import Effect

if TYPE_CHECKING:
    from cognito_identity_mcp.assessment.model import Pool


class Verdict(StrEnum):
    """In the order of strictness."""

    ALLOW = "allow"
    CONFIRM = "confirm"
    REFUSE = "refuse"

    @property
    def strictness(self) -> int:
        return _STRICTNESS[self]


_STRICTNESS = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(frozen=True)
class Decision:
    """`rule` names what decided, for the human, the model and the record."""

    verdict: Verdict
    rule: str


@dataclass(frozen=True)
class Facts:
    """What is known about one call; None stands for what is not known.

    `tool` is the name that the client called, `operation` what runs: another one in a step of a workflow tool.
    `effect` is that of this call, after the assessment. `pool` is the pool as it is before the call; for a pool that is
    about to be created it has an empty id and the name and tags of the request. `steers` is what the call changes of
    that by which rules know a pool that there is: `pool_name`, `pool_tags.KEY`, `pool_tags` where it may be any tag.
    """

    tool: str
    operation: str
    effect: Effect
    region: str | None = None
    account: str | None = None
    pool: Pool | None = None
    scopes: frozenset[str] | None = None
    steers: frozenset[str] = frozenset()


class Match(StrEnum):
    YES = "matches"
    NO = "does not match"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """How one condition of a rule stands to a call. `why` is for people: "production is not among dev, test"."""

    condition: str
    match: Match
    why: str


class Condition(Protocol):
    """One condition of a rule. All conditions of a rule have to hold."""

    @property
    def name(self) -> str:
        """Its key in a policy file."""
        ...

    @property
    def goes_by(self) -> frozenset[str]:
        """What of a pool it looks at that a call can change, as in `Facts.steers`."""
        ...

    def finding(self, facts: Facts) -> Finding:
        """How it stands to a call."""
        ...


@dataclass(frozen=True)
class Rule:
    """One rule of a policy file. `reason` is the operator's own sentence, for whoever the rule stops."""

    name: str
    verdict: Verdict
    conditions: tuple[Condition, ...]
    reason: str = ""

    def waits_for(self, *conditions: str) -> bool:
        """Whether it has one of these conditions."""
        return any(condition.name in conditions for condition in self.conditions)

    def is_steered_by(self, facts: Facts) -> bool:
        """Whether the call can bring its pool under this rule, if it allows, or from under it, if it does not."""
        touched = [condition for condition in self.conditions if facts.steers & condition.goes_by]
        if self.verdict is Verdict.ALLOW:
            return bool(touched)
        return any(condition.finding(facts).match is not Match.NO for condition in touched)

    def findings(self, facts: Facts) -> tuple[Finding, ...]:
        return tuple(condition.finding(facts) for condition in self.conditions)

    def match(self, facts: Facts) -> Match:
        """NO when one condition does not hold, else UNKNOWN when one is unknown."""
        found = {finding.match for finding in self.findings(facts)}
        return next((match for match in (Match.NO, Match.UNKNOWN) if match in found), Match.YES)

    def decision(self, facts: Facts) -> Decision:
        """What the rule says about a call that it matches or may match."""
        unknown = [finding for finding in self.findings(facts) if finding.match is Match.UNKNOWN]
        doubt = f" (holds because this is not known: {', '.join(each.condition for each in unknown)})"
        reason = f": {self.reason}" if self.reason else ""
        return Decision(self.verdict, f'rule "{self.name}"{doubt if unknown else ""}{reason}')


@dataclass(frozen=True)
class Source:
    """A policy file, or a preset. `name` is for people: "policy file", "preset operator"."""

    name: str
    rules: tuple[Rule, ...] = ()
    operations: Mapping[str, Verdict] = field(default_factory=dict[str, Verdict])
    effects: Mapping[Effect, Verdict] = field(default_factory=dict[Effect, Verdict])
    inline_secrets_over_http: bool = False

    def setting(self, facts: Facts) -> Decision | None:
        """By the tool that was called and the operation that runs, the stricter of the two; else by the effect."""
        named = dict.fromkeys(name for name in (facts.operation, facts.tool) if name in self.operations)
        if named:
            return strictest(self._said(self.operations[name], f"operations.{name}") for name in named)
        if facts.effect in self.effects:
            return self._said(self.effects[facts.effect], f"effects.{facts.effect}")
        return None

    def _said(self, verdict: Verdict, key: str) -> Decision:
        return Decision(verdict, f"{self.name}, {key}")


@dataclass(frozen=True, eq=False)
class Policy:
    """`sources`: the policy file and the preset it is based on. `limits`: what the command line tightens them with.

    Equal to nothing but itself: what follows from it alone is worked out once.
    """

    read_only: bool = False
    sources: tuple[Source, ...] = ()
    limits: tuple[Source, ...] = ()

    @property
    def is_default(self) -> bool:
        """Whether nobody has chosen anything."""
        return not (self.read_only or self.sources or self.limits)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for source in (*self.sources, *self.limits) for rule in source.rules)

    @property
    def inline_secrets_over_http(self) -> bool:
        """Whether results may hold tokens and keys for clients that connect over HTTP."""
        return any(source.inline_secrets_over_http for source in self.sources)

    @property
    def needs_account(self) -> bool:
        """Whether a rule asks for the AWS account, which costs a call to find out."""
        return any(rule.waits_for("accounts") for rule in self.rules)


DEFAULTS: Mapping[Effect, Verdict] = MappingProxyType(
    {
        Effect.READ: Verdict.ALLOW,
        Effect.WRITE: Verdict.ALLOW,
        Effect.OVERWRITE: Verdict.CONFIRM,
        Effect.DESTROY: Verdict.CONFIRM,
        Effect.CREDENTIAL: Verdict.CONFIRM,
    }
)


def decide(policy: Policy, facts: Facts) -> Decision:
    """The decision for one call: the strictest that can follow from what is known."""
    return strictest(opinions(policy, facts))


def usual(policy: Policy, facts: Facts) -> Decision:
    """The decision for calls that no rule meets but those that are known to match."""
    return strictest(opinions(policy, facts, _known))


def strictest(decisions: Iterable[Decision]) -> Decision:
    """The first of the strictest; a workflow tool is decided by the strictest of its own and its steps' decisions.

    Raises:
        ValueError: there is no decision.
    """
    return max(decisions, key=_strictness)


def _loosest(decisions: Iterable[Decision]) -> Decision:
    return min(decisions, key=_strictness)


def _known(decisions: Iterable[Decision]) -> Decision:
    return next(iter(decisions))


def _strictness(decision: Decision) -> int:
    return decision.verdict.strictness


_Judgement = Callable[[Iterable[Decision]], Decision]
"""From what is decided so far, followed by what rules say that may or may not match, to the decision."""


def opinions(policy: Policy, facts: Facts, in_doubt: _Judgement = strictest) -> Iterator[Decision]:
    """What each part of the policy says about a call by itself; the strictest of them decides."""
    if policy.read_only and facts.effect is not Effect.READ:
        yield Decision(Verdict.REFUSE, "read-only mode")
    yield from (_steered(rule) for rule in policy.rules if rule.is_steered_by(facts))
    yield _said_by(policy.sources, facts, in_doubt)
    for limit in policy.limits:
        yield _said_by((limit,), facts, in_doubt)


def _steered(rule: Rule) -> Decision:
    """Two calls must not do unasked what one would be asked about: tag the pool, then delete what the tag sets free."""
    return Decision(Verdict.CONFIRM, f'it changes what rule "{rule.name}" goes by')


def _said_by(sources: Sequence[Source], facts: Facts, in_doubt: _Judgement) -> Decision:
    """What the first source with something to say says.

    Among the rules that match, the strictest wins and not the first: a rule that is moved, copied or added above
    another can then never open what that other one closes, and nobody has to read a policy from top to bottom.

    A rule of which it is not known whether it matches can only tighten. It must not count as matching (an `allow`
    would open, a `confirm` would replace a stricter setting) nor as not matching (a `refuse` would be lost).
    """
    if not sources:
        return Decision(DEFAULTS[facts.effect], f"default for {facts.effect} calls")
    sure, unsure = (_said_by_rules(sources[0], facts, match) for match in (Match.YES, Match.UNKNOWN))
    if sure and in_doubt is _loosest:
        return strictest(sure)
    known = strictest(sure) if sure else sources[0].setting(facts) or _said_by(sources[1:], facts, in_doubt)
    return in_doubt([known, *unsure])


def _said_by_rules(source: Source, facts: Facts, match: Match) -> list[Decision]:
    """By name, so that the order of the rules does not even decide which of two equally strict ones is named."""
    rules = sorted(source.rules, key=lambda rule: rule.name)
    return [rule.decision(facts) for rule in rules if rule.match(facts) is match]


def refused_outright(policy: Policy, cases: Iterable[Facts]) -> Decision | None:
    """The refusal that meets every one of these cases whatever else becomes known about them, or None.

    `cases` are what the calls of a tool can be: one for each effect that they may have, with nothing else known.
    """
    decisions = [strictest(opinions(policy, facts, _loosest)) for facts in cases]
    return next(iter(decisions)) if all(each.verdict is Verdict.REFUSE for each in decisions) else None
