"""What holds for every policy and every call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, strategies as st

from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.policy import file
from cognito_identity_mcp.policy.conditions import OneOf, PoolName, PoolTags
from cognito_identity_mcp.policy.decision import Condition, Facts, Policy, Rule, Source, Verdict, decide
from cognito_identity_mcp.policy.overview import free_read, needs_pool, refusal
from cognito_identity_mcp.settings import Preset
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_tools.operation import Effect

OPERATIONS = ("update_identity_pool", "delete_identities", "list_identity_pools", "tag_resource")
REGIONS = ("eu-west-1", "us-east-1")
ACCOUNTS = ("111111111111", "222222222222")
POOLS = ("eu-west-1:0", "eu-west-1:1")
NAMES = ("shop", "sandbox")
STAGES = ("dev", "prod")
SCOPES = ("read", "admin")

PRESETS = [file.preset(name) for name in Preset]

verdicts = st.sampled_from(Verdict)
effects = st.sampled_from(Effect)


def some(values: Any) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, unique=True).map(tuple)


conditions: st.SearchStrategy[Condition] = st.one_of(
    *(
        some(values).map(lambda wanted, name=name: OneOf(name, wanted))  # type: ignore[misc]
        for name, values in {
            "effects": list(Effect),
            "operations": OPERATIONS,
            "regions": REGIONS,
            "accounts": ACCOUNTS,
            "pool_ids": POOLS,
            "scopes": SCOPES,
        }.items()
    ),
    st.sampled_from(["shop", "s*", "x"]).map(PoolName),
    st.sampled_from(STAGES).map(lambda stage: PoolTags({"stage": stage})),
)
rules = st.builds(
    Rule, st.text("abcdef", min_size=3, max_size=3), verdicts, st.lists(conditions, min_size=1, max_size=3).map(tuple)
)
sources = st.builds(
    Source,
    st.sampled_from(["one", "two"]),
    st.lists(rules, max_size=4, unique_by=lambda rule: rule.name).map(tuple),
    st.dictionaries(st.sampled_from(OPERATIONS), verdicts, max_size=2),
    st.dictionaries(effects, verdicts),
)
policies = st.builds(
    Policy,
    st.booleans(),
    st.lists(sources, max_size=2).map(tuple),
    st.lists(st.sampled_from(PRESETS), max_size=1).map(tuple),
)


@st.composite
def calls(draw: st.DrawFn) -> Facts:
    """A call of which everything is known."""
    operation = draw(st.sampled_from(OPERATIONS))
    tags = draw(st.dictionaries(st.just("stage"), st.sampled_from(STAGES)))
    return Facts(
        tool=draw(st.sampled_from([operation, "undo_change"])),
        operation=operation,
        effect=draw(effects),
        region=draw(st.sampled_from(REGIONS)),
        account=draw(st.sampled_from(ACCOUNTS)),
        pool=Pool(draw(st.sampled_from(POOLS)), draw(st.sampled_from(NAMES)), tags),
        scopes=frozenset(draw(st.sets(st.sampled_from(SCOPES)))),
    )


@st.composite
def hidden(draw: st.DrawFn, call: Facts) -> Facts:
    """The same call with less known of it."""
    pool = call.pool
    assert pool is not None
    less_pool = draw(st.sampled_from([None, pool, replace(pool, name=None), replace(pool, tags=None), Pool(pool.id)]))
    unknown = draw(st.sets(st.sampled_from(["region", "account", "scopes"])))
    nothing: dict[str, Any] = dict.fromkeys(unknown)
    return replace(call, pool=less_pool, **nothing)


def may_become(operation: str) -> tuple[Effect, ...]:
    """The effects that an assessment can find in a call."""
    usual = TOOLS[operation].effect
    return (Effect.WRITE, Effect.OVERWRITE) if usual in {Effect.WRITE, Effect.OVERWRITE} else (usual,)


def strictness(policy: Policy, call: Facts) -> int:
    return decide(policy, call).verdict.strictness


def with_rule(policy: Policy, rule: Rule) -> Policy:
    first, *others = policy.sources or (Source("new"),)
    return replace(policy, sources=(replace(first, rules=(*first.rules, rule)), *others))


@given(policies, calls(), st.data())
def test_what_is_not_known_never_loosens(policy: Policy, call: Facts, data: st.DataObject) -> None:
    assert strictness(policy, data.draw(hidden(call))) >= strictness(policy, call)


@given(policies, calls(), st.data())
def test_the_order_of_rules_never_matters(policy: Policy, call: Facts, data: st.DataObject) -> None:
    call = data.draw(hidden(call))
    shuffled = tuple(replace(one, rules=tuple(data.draw(st.permutations(one.rules)))) for one in policy.sources)
    assert decide(replace(policy, sources=shuffled), call) == decide(policy, call)


@given(policies, calls(), rules, st.data())
def test_one_more_refuse_rule_never_loosens(policy: Policy, call: Facts, rule: Rule, data: st.DataObject) -> None:
    call = data.draw(hidden(call))
    stricter = with_rule(policy, replace(rule, name="new", verdict=Verdict.REFUSE))
    assert strictness(stricter, call) >= strictness(policy, call)


@given(policies, calls(), rules, st.data())
def test_one_more_confirm_rule_never_lets_a_call_through_unasked(
    policy: Policy, call: Facts, rule: Rule, data: st.DataObject
) -> None:
    """It may be an exception from a setting that refuses; it never opens what was confirmed or refused."""
    call = data.draw(hidden(call))
    changed = with_rule(policy, replace(rule, name="new", verdict=Verdict.CONFIRM))
    assert strictness(changed, call) >= min(strictness(policy, call), Verdict.CONFIRM.strictness)


@given(policies, calls(), rules)
def test_a_rule_beside_one_that_matches_never_loosens(policy: Policy, call: Facts, rule: Rule) -> None:
    everywhere = Rule("always", rule.verdict, (OneOf("effects", tuple(Effect)),))
    policy = with_rule(policy, everywhere)
    assert strictness(with_rule(policy, replace(rule, name="new")), call) >= strictness(policy, call)


@given(policies, calls(), st.sampled_from(PRESETS), st.data())
def test_the_command_line_never_loosens(policy: Policy, call: Facts, preset: Source, data: st.DataObject) -> None:
    call = data.draw(hidden(call))
    limited = replace(policy, limits=(*policy.limits, preset))
    assert strictness(limited, call) >= strictness(policy, call)
    assert strictness(replace(policy, read_only=True), call) >= strictness(policy, call)


@given(policies, calls())
def test_read_only_lets_nothing_through_but_reads(policy: Policy, call: Facts) -> None:
    decision = decide(replace(policy, read_only=True), call)
    assert decision.verdict is Verdict.REFUSE or call.effect is Effect.READ


@given(policies, calls(), st.data())
def test_what_is_refused_outright_is_refused_on_every_call(policy: Policy, call: Facts, data: st.DataObject) -> None:
    call = replace(call, effect=data.draw(st.sampled_from(may_become(call.operation))))
    if refusal(policy, TOOLS[call.operation], TOOLS[call.tool]):
        assert decide(policy, call).verdict is Verdict.REFUSE


@given(policies, calls())
def test_a_read_that_is_free_is_allowed_whatever_it_is_about(policy: Policy, call: Facts) -> None:
    if free_read(policy, TOOLS[call.operation], TOOLS[call.tool]):
        assert decide(policy, replace(call, effect=Effect.READ, steers=frozenset())).verdict is Verdict.ALLOW


@given(policies, calls(), st.data())
def test_a_pool_that_is_not_needed_changes_nothing(policy: Policy, call: Facts, data: st.DataObject) -> None:
    pool = call.pool
    assert pool is not None
    call = replace(call, effect=data.draw(st.sampled_from(may_become(call.operation))))
    if not needs_pool(policy, TOOLS[call.operation], TOOLS[call.tool]):
        assert decide(policy, replace(call, pool=Pool(pool.id))) == decide(policy, call)
