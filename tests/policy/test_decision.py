"""What decides: each source over the next, the strictest rule, the command line, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from cognito_identity_mcp.assessment.model import Pool
from cognito_identity_mcp.policy import file
from cognito_identity_mcp.policy.decision import Decision, Facts, Policy, Verdict, decide, strictest
from cognito_identity_mcp.policy.overview import needs_pool, refusal
from cognito_identity_mcp.settings import Preset
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect

ALLOW, CONFIRM, REFUSE = Verdict.ALLOW, Verdict.CONFIRM, Verdict.REFUSE
OBSERVER, OPERATOR = file.preset(Preset.OBSERVER), file.preset(Preset.OPERATOR)

POOL = Pool("eu-west-1:01234567-89ab-cdef-0123-456789abcdef", "shop", {"environment": "prod", "team": "shop"})
OTHER_ID = "eu-west-1:99999999-89ab-cdef-0123-456789abcdef"
CALL = Facts(
    tool="update_identity_pool",
    operation="update_identity_pool",
    effect=Effect.OVERWRITE,
    region="eu-west-1",
    account="123456789012",
    pool=POOL,
    scopes=frozenset({"pools"}),
)


def policy(text: str, *, read_only: bool = False, limit: Preset | None = None) -> Policy:
    """The policy that a file with this text makes."""
    document = file.parse(text, "policy file")
    base = () if document.preset is None else (file.preset(document.preset),)
    limits = () if limit is None else (file.preset(limit),)
    return Policy(read_only, (document.source("policy file"), *base), limits)


def rule(name: str, decision: str, conditions: str) -> str:
    return f'[[rules]]\nname = "{name}"\ndecision = "{decision}"\n{conditions}\n'


DEFAULTS = "default for {} calls"
SETTINGS = '[effects]\nread = "confirm"\nwrite = "refuse"\ndestroy = "allow"\n'
OPERATION = '[operations]\nupdate_identity_pool = "{}"\n'
EVERY_EFFECT = 'effects = ["read", "write", "overwrite", "destroy", "credential"]'

DECIDED = [
    # policy, then the verdict and what decided, for read, write, overwrite, destroy, credential
    ("nothing", Policy(), "allow allow confirm confirm confirm", [DEFAULTS] * 5),
    ("read-only", Policy(read_only=True), "allow refuse refuse refuse refuse", [DEFAULTS, *["read-only mode"] * 4]),
    (
        "settings of effects before the default",
        policy(SETTINGS),
        "confirm refuse confirm allow confirm",
        ["policy file, effects.{}", "policy file, effects.{}", DEFAULTS, "policy file, effects.{}", DEFAULTS],
    ),
    (
        "the file's settings before its preset",
        policy(f'preset = "observer"\n{SETTINGS}'),
        "confirm refuse refuse allow refuse",
        [
            "policy file, effects.{}",
            "policy file, effects.{}",
            "preset observer, effects.{}",
            "policy file, effects.{}",
            "preset observer, effects.{}",
        ],
    ),
    (
        "the setting of the operation before those of effects",
        policy(SETTINGS + OPERATION.format("confirm")),
        "confirm confirm confirm confirm confirm",
        ["policy file, operations.update_identity_pool"] * 5,
    ),
    (
        "a rule before all settings",
        policy(SETTINGS + OPERATION.format("refuse") + rule("any", "allow", EVERY_EFFECT)),
        "allow allow allow allow allow",
        ['rule "any"'] * 5,
    ),
    (
        "read-only before a rule",
        policy(rule("any", "allow", EVERY_EFFECT), read_only=True),
        "allow refuse refuse refuse refuse",
        ['rule "any"', *["read-only mode"] * 4],
    ),
    (
        "the stricter of file and preset of the command line",
        policy(SETTINGS, limit=Preset.OPERATOR),
        "confirm refuse confirm confirm refuse",
        [
            "policy file, effects.{}",
            "policy file, effects.{}",
            DEFAULTS,
            "preset operator, effects.{}",
            "preset operator, effects.{}",
        ],
    ),
]


@pytest.mark.parametrize(
    ("decider", "verdicts", "said_by"), [row[1:] for row in DECIDED], ids=[row[0] for row in DECIDED]
)
def test_the_most_specific_source_decides_and_the_command_line_tightens(
    decider: Policy, verdicts: str, said_by: list[str]
) -> None:
    decided = [decide(decider, replace(CALL, effect=effect)) for effect in Effect]
    words = [text.format(effect) for text, effect in zip(said_by, Effect, strict=True)]
    assert decided == [Decision(Verdict(one), text) for one, text in zip(verdicts.split(), words, strict=True)]


CONDITIONS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # condition, a fact that makes it match, one that does not
    ('effects = ["overwrite", "destroy"]', {}, {"effect": Effect.WRITE}),
    ('operations = ["update_identity_pool"]', {}, {"operation": "tag_resource", "tool": "tag_resource"}),
    ('operations = ["undo_change"]', {"tool": "undo_change"}, {}),
    ('regions = ["us-east-1", "eu-west-1"]', {}, {"region": "eu-west-2"}),
    ('accounts = ["123456789012"]', {}, {"account": "123456789013"}),
    (f'pool_ids = ["{POOL.id}"]', {}, {"pool": replace(POOL, id=OTHER_ID)}),
    ('pool_name = "sh?p"', {}, {"pool": replace(POOL, name="shops")}),
    ('pool_name = "s*"', {}, {"pool": replace(POOL, name="Shop")}),
    ('pool_tags = { environment = "prod*", team = "shop" }', {}, {"pool": replace(POOL, tags={"team": "shop"})}),
    ('pool_tags = { environment = "prod" }', {}, {"pool": replace(POOL, tags={"environment": "production"})}),
    ('pool_tags = { environment = "*" }', {}, {"pool": replace(POOL, tags={})}),
    ('scopes = ["pools", "admin"]', {}, {"scopes": frozenset({"other"})}),
    ('scopes = ["pools"]', {}, {"scopes": frozenset()}),
    (
        'pool_name = "*"',
        {},
        {"tool": "list_identity_pools", "operation": "list_identity_pools", "pool": None},
    ),
    ('regions = ["eu-west-1"]\npool_name = "shop"', {}, {"region": "us-east-1"}),
]


@pytest.mark.parametrize(("condition", "matching", "other"), CONDITIONS)
@pytest.mark.parametrize("verdict", Verdict)
def test_a_rule_decides_the_calls_that_all_its_conditions_hold_for_and_no_others(
    condition: str, matching: dict[str, Any], other: dict[str, Any], verdict: Verdict
) -> None:
    decider = policy(rule("it", verdict, f'reason = "So it is."\n{condition}'))
    assert decide(decider, replace(CALL, **matching)) == Decision(verdict, 'rule "it": So it is.')
    without = replace(CALL, **other)
    assert decide(decider, without) == decide(Policy(), without)


def test_among_matching_rules_the_strictest_wins_in_any_order() -> None:
    rules = [
        rule("open", "allow", EVERY_EFFECT),
        rule("ask", "confirm", EVERY_EFFECT),
        rule("no", "refuse", EVERY_EFFECT),
    ]
    for order in permutations(rules):
        assert decide(policy("".join(order)), CALL) == Decision(REFUSE, 'rule "no"')
    for order in permutations(rules[:2]):
        assert decide(policy("".join(order)), CALL) == Decision(CONFIRM, 'rule "ask"')


def test_a_step_of_a_workflow_is_decided_by_the_stricter_setting_of_tool_and_operation() -> None:
    step = replace(CALL, tool="undo_change")
    for tool, operation, expected in [
        ("allow", None, "allow"),
        (None, "allow", "allow"),
        ("allow", "refuse", "refuse"),
        ("refuse", "allow", "refuse"),
    ]:
        settings = {"undo_change": tool, "update_identity_pool": operation}
        lines = [f'{name} = "{verdict}"' for name, verdict in settings.items() if verdict]
        assert decide(policy("\n".join(["[operations]", *lines])), step).verdict == expected


def test_several_decisions_are_as_strict_as_the_strictest_of_them() -> None:
    decisions = [Decision(ALLOW, "a"), Decision(REFUSE, "b"), Decision(CONFIRM, "c"), Decision(REFUSE, "d")]
    assert strictest(decisions) == Decision(REFUSE, "b")
    with pytest.raises(ValueError, match="empty"):
        strictest([])


UNKNOWN: list[tuple[str, dict[str, Any], str]] = [
    ('regions = ["eu-west-1"]', {"region": None}, "regions"),
    ('accounts = ["123456789012"]', {"account": None}, "accounts"),
    (f'pool_ids = ["{POOL.id}"]', {"pool": None}, "pool_ids"),
    ('pool_name = "shop"', {"pool": None}, "pool_name"),
    ('pool_name = "shop"', {"pool": replace(POOL, name=None)}, "pool_name"),
    ('pool_tags = { environment = "prod" }', {"pool": None}, "pool_tags"),
    ('pool_tags = { environment = "prod" }', {"pool": replace(POOL, tags=None)}, "pool_tags"),
    ('scopes = ["pools"]', {"scopes": None}, "scopes"),
]


@pytest.mark.parametrize(("condition", "hidden", "name"), UNKNOWN)
def test_a_rule_of_which_it_is_not_known_whether_it_matches_can_only_tighten(
    condition: str, hidden: dict[str, Any], name: str
) -> None:
    call = replace(CALL, **hidden)
    doubt = f"(holds because this is not known: {name})"
    setting = OPERATION.format
    for verdict, base, expected in [
        ("refuse", "allow", Decision(REFUSE, f'rule "it" {doubt}: Ask us.')),
        ("confirm", "allow", Decision(CONFIRM, f'rule "it" {doubt}: Ask us.')),
        ("confirm", "refuse", Decision(REFUSE, "policy file, operations.update_identity_pool")),
        ("allow", "refuse", Decision(REFUSE, "policy file, operations.update_identity_pool")),
        ("allow", "confirm", Decision(CONFIRM, "policy file, operations.update_identity_pool")),
    ]:
        decider = policy(setting(base) + rule("it", verdict, f'reason = "Ask us."\n{condition}'))
        assert decide(decider, call) == expected


def test_name_and_tags_of_the_pool_are_needed_only_where_a_rule_can_ask_for_them() -> None:
    by_tag = policy(
        rule("a", "refuse", 'operations = ["list_identities"]\npool_tags = { environment = "prod" }')
        + rule("b", "refuse", f'pool_ids = ["{OTHER_ID}"]')
    )
    change_them = {"update_identity_pool", "tag_resource", "untag_resource"}
    assert {name for name, tool in TOOLS.items() if needs_pool(by_tag, tool)} == {"list_identities"} | change_them
    by_name = policy(rule("a", "refuse", 'effects = ["destroy"]\npool_name = "shop"'))
    destroying = {name for name in OPERATIONS if OPERATIONS[name].effect is Effect.DESTROY}
    assert {name for name in OPERATIONS if needs_pool(by_name, TOOLS[name])} == destroying | change_them
    assert not any(needs_pool(Policy(), tool) for tool in TOOLS.values())
    for_undo = policy(rule("a", "refuse", 'operations = ["undo_change"]\npool_name = "shop"'))
    roles, undo = TOOLS["set_identity_pool_roles"], TOOLS["undo_change"]
    assert [needs_pool(for_undo, roles), needs_pool(for_undo, roles, undo)] == [False, True]


def test_the_account_is_needed_only_where_a_rule_asks_for_it() -> None:
    assert policy(rule("a", "refuse", 'accounts = ["123456789012"]')).needs_account
    assert not policy(rule("a", "refuse", 'regions = ["eu-west-1"]')).needs_account


NEVER: list[tuple[str, list[str]]] = [
    # policy, tools that it refuses whatever the arguments (of update, delete and list)
    (SETTINGS, []),
    ('[effects]\noverwrite = "refuse"', []),  # an update that only adds is a write
    ('[effects]\nwrite = "refuse"\noverwrite = "refuse"', ["update_identity_pool"]),
    ('[effects]\ndestroy = "refuse"', ["delete_identity_pool"]),
    ('[operations]\ndelete_identity_pool = "refuse"', ["delete_identity_pool"]),
    (rule("a", "refuse", 'operations = ["update_identity_pool"]'), ["update_identity_pool"]),
    (rule("a", "refuse", 'operations = ["update_identity_pool"]\nregions = ["eu-west-1"]'), []),
    ('[effects]\ndestroy = "refuse"\n' + rule("a", "confirm", 'pool_name = "sandbox"'), []),
    (
        '[effects]\ndestroy = "refuse"\n' + rule("a", "refuse", 'pool_name = "shop"'),
        ["delete_identity_pool"],
    ),
    (
        rule("no", "refuse", 'effects = ["destroy"]') + rule("yes", "allow", 'pool_name = "sandbox"'),
        ["delete_identity_pool"],
    ),
    ('preset = "observer"', ["update_identity_pool", "delete_identity_pool"]),
]


@pytest.mark.parametrize(("text", "refused"), NEVER)
def test_a_tool_is_refused_outright_only_if_no_fact_could_let_a_call_of_it_through(
    text: str, refused: list[str]
) -> None:
    names = ["update_identity_pool", "delete_identity_pool", "list_identity_pools"]
    decider = policy(text)
    assert [name for name in names if refusal(decider, TOOLS[name])] == refused


def test_a_step_is_not_refused_outright_where_the_tool_that_was_called_is_let_through() -> None:
    decider = policy('[effects]\nwrite = "refuse"\noverwrite = "refuse"\n[operations]\nundo_change = "confirm"')
    update, undo = TOOLS["update_identity_pool"], TOOLS["undo_change"]
    assert refusal(decider, update) == Decision(REFUSE, "policy file, effects.write")
    assert refusal(decider, update, undo) is None
