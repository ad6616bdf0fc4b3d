"""A policy file that is wrong stops the start: every problem with its line, its key and what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from cognito_identity_mcp.policy import file
from cognito_identity_mcp.settings import Settings, SettingsError
from tests.processes import environment, run

EFFECTS = "Effects are: read, write, overwrite, destroy, credential."
PRESETS = "Presets are: observer, operator, administrator."
DECISIONS = "Decisions are: allow, confirm, refuse."
KEYS = "Keys are: preset, effects, operations, rules, inline_secrets_over_http."
RULE_KEYS = (
    "Keys are: name, decision, reason, effects, operations, regions, accounts, pool_ids, pool_name, pool_tags, scopes."
)
NO_CALL = "matches no call: there is none for which all its conditions hold"
NOT_THIS_POOL = "matches no call: the rule's other conditions hold for none about this pool"
POOL_ID = "eu-west-1:01234567-89ab-cdef-0123-456789abcdef"
RULE = '[[rules]]\nname = "a"\ndecision = "refuse"\n'

WRONG = [
    # text, problems
    ('colour = "red"', [f"line 1, colour: there is no key 'colour'. {KEYS}"]),
    ("\n\nefects = {}", [f"line 3, efects: there is no key 'efects'. Did you mean effects? {KEYS}"]),
    (
        'preset = "opertor"',
        [
            f"line 1, preset: there is no preset 'opertor'. Did you mean operator? {PRESETS}",
        ],
    ),
    (
        'preset = ["observer"]',
        [
            f"line 1, preset: there is no preset ['observer']. Did you mean observer? {PRESETS}",
        ],
    ),
    (
        '# first\n[effects]\nread = "allow"\ndestory = "refuse"\n',
        [f"line 4, effects.destory: there is no effect 'destory'. Did you mean destroy? {EFFECTS}"],
    ),
    (
        '[effects]\ndestroy = "refused"',
        [f"line 2, effects.destroy: there is no decision 'refused'. Did you mean refuse? {DECISIONS}"],
    ),
    (
        "effects.destroy = true",
        [f"line 1, effects.destroy: there is no decision True. {DECISIONS}"],
    ),
    ("effects = 3", ["line 1, effects: must be a table"]),
    ('inline_secrets_over_http = "yes"', ["line 1, inline_secrets_over_http: must be true or false"]),
    ("[effects.read]", [f"line 1, effects.read: there is no decision {{}}. {DECISIONS}"]),
    (
        '[operations]\ndelete_pool = "refuse"',
        [
            "line 2, operations.delete_pool: there is no operation 'delete_pool'. Did you mean delete_identity_pool?",
        ],
    ),
    ('[rules]\nname = "a"', ["line 1, rules: must be an array"]),
    ("rules = [1]", ["line 1, rules[0]: must be a table"]),
    (f"{RULE}", ["line 1, rules[0]: has no condition and would match every call; give at least one of {conditions}"]),
    (f'{RULE}effects = ["read"]\n\n{RULE}scopes = ["x"]', ["line 7, rules[1].name: another rule is named 'a'"]),
    ('[[rules]]\nscopes = ["x"]', ["line 1, rules[0].decision: is required", "line 1, rules[0].name: is required"]),
    (f"{RULE}effects = []", ["line 4, rules[0].effects: must not be empty"]),
    (f"{RULE}pool_tags = {{}}", ["line 4, rules[0].pool_tags: must not be empty"]),
    (f'{RULE}pool_name = ""', ["line 4, rules[0].pool_name: must not be empty"]),
    (f'{RULE}pool_name = "prod["', ["line 4, rules[0].pool_name: has a [ without its ], and would match no pool"]),
    (f'{RULE}pool_tags."" = "prod"', ["line 4, rules[0].pool_tags.: must not be empty"]),
    (f'{RULE}effects = "read"', ["line 4, rules[0].effects: must be an array"]),
    (f"{RULE}accounts = [123456789012]", ["line 4, rules[0].accounts[0]: must be a string"]),
    (f'{RULE}accounts = ["12345"]', ["line 4, rules[0].accounts[0]: '12345' is not an account's twelve digits"]),
    (f'{RULE}regions = ["Ireland"]', ["line 4, rules[0].regions[0]: 'Ireland' is not a region, as eu-west-1"]),
    (
        f'{RULE}pool_ids = ["shop"]',
        ["line 4, rules[0].pool_ids[0]: 'shop' is not a pool id, as eu-west-1:01234567-89ab-cdef-0123-456789abcdef"],
    ),
    (
        f'{RULE}pool_ids = ["eu-west-1:01234567"]',
        [f"line 4, rules[0].pool_ids[0]: 'eu-west-1:01234567' is not a pool id, as {POOL_ID}"],
    ),
    (f'{RULE}effects = ["destroy"]\noperations = ["get_id", "list_identities"]', [f"line 1, rules[0]: {NO_CALL}"]),
    (f'{RULE}effects = ["write"]\noperations = ["inspect_identity_pool"]', [f"line 1, rules[0]: {NO_CALL}"]),
    (f'{RULE}operations = ["list_identity_pools"]\npool_name = "prod*"', [f"line 1, rules[0]: {NO_CALL}"]),
    (
        f'{RULE}regions = ["eu-west-1"]\npool_ids = [\n"{POOL_ID}",\n"us-{POOL_ID}"]',
        [f"line 5, rules[0].pool_ids[1]: {NOT_THIS_POOL}"],
    ),
    (
        f'{RULE}operations = ["create_identity_pool"]\npool_ids = ["{POOL_ID}"]',
        [f"line 5, rules[0].pool_ids[0]: {NOT_THIS_POOL}"],
    ),
    (f"{RULE}pool_tags = {{ stage = 1 }}", ["line 4, rules[0].pool_tags.stage: must be a string"]),
    (
        f'{RULE}poolname = "x"\nscopes = ["x"]',
        [f"line 4, rules[0].poolname: there is no key 'poolname'. Did you mean pool_name? {RULE_KEYS}"],
    ),
    (
        f'{RULE}effects = [\n  "read",\n  "nothing",\n]',
        [f"line 4, rules[0].effects[1]: there is no effect 'nothing'. {EFFECTS}"],
    ),
    (
        '[[rules]]\nname = "a\\nb"\ndecision = "allow"',
        ["line 2, rules[0].name: must be one line of printable characters"],
    ),
    (
        'scopes = []\n[effects]\nreed = "allow"\nwrite = "alow"\n',
        [
            f"line 1, scopes: there is no key 'scopes'. {KEYS}",
            f"line 3, effects.reed: there is no effect 'reed'. Did you mean read? {EFFECTS}",
            f"line 4, effects.write: there is no decision 'alow'. Did you mean allow? {DECISIONS}",
        ],
    ),
    ("a = ", ["line 1: not TOML: Invalid value: a ="]),
    (
        '[effects]\nread = "allow"\nread = "refuse"',
        ['line 3: not TOML: Cannot overwrite a value: read = "refuse"'],
    ),
    ("[effects]\nread = [\n 1\n\n", ["line 3: not TOML: Unclosed array: 1"]),
]
CONDITIONS = "accounts, effects, operations, pool_ids, pool_name, pool_tags, regions, scopes"


@pytest.mark.parametrize(("text", "problems"), WRONG)
def test_each_problem_is_told_with_line_and_key(text: str, problems: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        file.parse(text, "policy file p.toml")
    expected = [problem.replace("{conditions}", CONDITIONS) for problem in problems]
    assert str(caught.value).split("\n") == [f"policy file p.toml, {problem}" for problem in expected]


LINES = """\
# effects.read = "allow"
preset = "observer"
"effects".read = "allow"
effects.write = \"\"\"
[[rules]]
destroy = "x"
\"\"\"

operations = { get_id = "refuse", tag_resource = "allow" }

[[rules]]
name = 'a' # name = "b"
scopes = [
  "x", # ]

  "y",
]
[[rules]]

pool_tags.stage = "prod"
  [ rules . extra ]
  key = 1
"""
PLACES: dict[int, list[file.Location]] = {
    2: [("preset",)],
    3: [("effects",), ("effects", "read")],
    4: [("effects", "write")],
    9: [("operations",), ("operations", "get_id"), ("operations", "tag_resource")],
    11: [("rules",), ("rules", 0), ("rules", 0, "decision")],
    12: [("rules", 0, "name")],
    13: [("rules", 0, "scopes"), ("rules", 0, "scopes", 1)],
    18: [("rules", 1), ("rules", 1, "name")],
    20: [("rules", 1, "pool_tags"), ("rules", 1, "pool_tags", "stage")],
    21: [("rules", 1, "extra")],
    22: [("rules", 1, "extra", "key")],
}


@pytest.mark.parametrize(("line", "location"), [(line, one) for line, found in PLACES.items() for one in found])
def test_a_location_is_on_the_line_where_its_statement_begins(line: int, location: file.Location) -> None:
    assert file.line_of(LINES, location) == line


@given(st.lists(st.sampled_from(["", "# effects.a = 1", 'x{} = """\na = 1\n"""', "y{} = [\n1,\n\n]"]), max_size=8))
def test_whatever_stands_before_a_key_its_line_is_found(before: list[str]) -> None:
    above = [each.format(index) for index, each in enumerate(before)]
    line = sum(each.count("\n") + 1 for each in above) + 1
    assert file.line_of("\n".join([*above, "a = 1", "b = 2"]), ("a",)) == line


def test_lines_are_counted_as_in_an_editor_on_windows_too() -> None:
    with pytest.raises(SettingsError, match=r"^it, line 3, effects\.reed: "):
        file.parse('\r\n[effects]\r\nreed = "allow"\r\n', "it")


@pytest.mark.parametrize(
    ("arguments", "env"),
    [
        (("serve", "--policy", "bad.toml"), {}),
        (("call", "list_identity_pools", "--policy", "bad.toml"), {}),
        (("policy", "show"), {"COGNITO_IDENTITY_MCP_POLICY": "bad.toml"}),
        (("policy", "explain", "list_identity_pools", "--config", "settings.toml"), {}),
    ],
)
def test_no_command_starts_with_a_wrong_file(arguments: tuple[str, ...], env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('[effects]\n\ndestory = "refuse"\n')
    (tmp_path / "settings.toml").write_text('policy = "bad.toml"\n')
    ended = run(*arguments, env=environment(HOME=str(tmp_path), **env), folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "cognito-identity-mcp: policy file bad.toml, line 3, effects.destory: "
        f"there is no effect 'destory'. Did you mean destroy? {EFFECTS}\n"
    )


def _policy_of(path: Path) -> None:
    file.policy(Settings(policy=path))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^Cannot read the policy file .*none\.toml: No such file or directory\.$"):
        _policy_of(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'preset = "\xff"')
    with pytest.raises(SettingsError, match=r"^The policy file .*latin\.toml is not UTF-8 text: .* at byte 10\.$"):
        _policy_of(tmp_path / "latin.toml")


def test_a_file_that_everybody_can_write_is_not_accepted(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('preset = "observer"')
    path.chmod(0o666)
    with pytest.raises(SettingsError, match=rf"^Everybody can change the policy file {path}\. .*: chmod o-w {path}$"):
        _policy_of(path)
    path.chmod(0o664)
    _policy_of(path)
