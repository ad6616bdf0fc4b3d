"""The difference of two states: nothing too much, nothing left out, the same every time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings, strategies as st

from cognito_identity_mcp.assessment.difference import difference, entries, only_adds
from cognito_identity_mcp.assessment.model import Change

UNTIMED = settings(deadline=None)

NAMES = st.text("abc.:[] /", min_size=1, max_size=4)
FLAGS = st.none() | st.booleans()
PROVIDERS = st.fixed_dictionaries({"provider_name": NAMES, "client_id": NAMES, "server_side_token_check": FLAGS})
RULES = st.fixed_dictionaries({"claim": NAMES, "value": NAMES})
MAPPINGS = st.fixed_dictionaries(
    {"type": NAMES},
    optional={"rules_configuration": st.fixed_dictionaries({"rules": st.lists(RULES, max_size=3)})},
)
STATES = st.fixed_dictionaries(
    {},
    optional={
        "identity_pool_name": NAMES,
        "allow_classic_flow": FLAGS,
        "supported_login_providers": st.dictionaries(NAMES, NAMES, max_size=3),
        "cognito_identity_providers": st.lists(PROVIDERS, max_size=3),
        "saml_provider_arns": st.lists(NAMES, max_size=3),
        "role_mappings": st.dictionaries(NAMES, MAPPINGS, max_size=2),
        "count": st.integers(0, 1),
    },
)


def by_path(state: Mapping[str, Any]) -> dict[str, Any]:
    return {"".join(path): value for path, value in entries(state).items()}


def applied(changes: tuple[Change, ...], state: Mapping[str, Any]) -> dict[str, Any]:
    """The state's entries, with each change's `after` in the place of its `before`."""
    result = by_path(state)
    for change in changes:
        assert result.pop(change.path, None) == change.before
        if change.after is not None:
            result[change.path] = change.after
    return result


@UNTIMED
@given(STATES)
def test_a_state_does_not_differ_from_itself(state: dict[str, Any]) -> None:
    assert difference(state, state) == ()


@UNTIMED
@given(STATES, STATES)
def test_the_changes_lead_from_one_state_to_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert applied(difference(before, after), before) == by_path(after)


@UNTIMED
@given(STATES, STATES)
def test_the_way_back_is_the_way_there_turned_round(before: dict[str, Any], after: dict[str, Any]) -> None:
    back = [Change(change.path, change.after, change.before) for change in difference(before, after)]
    assert list(difference(after, before)) == back


@UNTIMED
@given(STATES, STATES)
def test_no_path_comes_twice(before: dict[str, Any], after: dict[str, Any]) -> None:
    paths = [change.path for change in difference(before, after)]
    assert len(set(paths)) == len(paths)


@UNTIMED
@given(STATES, STATES, st.randoms())
def test_the_order_of_members_does_not_matter(before: dict[str, Any], after: dict[str, Any], random: Any) -> None:
    members = list(before.items())
    random.shuffle(members)
    assert difference(dict(members), after) == difference(before, after)


@UNTIMED
@given(STATES, STATES)
def test_what_only_adds_leaves_everything_that_was_there(before: dict[str, Any], after: dict[str, Any]) -> None:
    kept = by_path(before).items() <= by_path(after).items()
    assert only_adds(difference(before, after)) is kept


def test_items_are_known_by_what_identifies_them() -> None:
    first = {"provider_name": "cognito-idp.us-east-1.amazonaws.com/a", "client_id": "one"}
    second = first | {"client_id": "two"}
    checked = second | {"server_side_token_check": True}
    before = {"cognito_identity_providers": [first, second], "saml_provider_arns": ["x", "y"]}
    after = {"cognito_identity_providers": [checked, first], "saml_provider_arns": ["y", "z"]}
    assert difference(before, after) == (
        Change("cognito_identity_providers[cognito-idp.us-east-1.amazonaws.com/a:two]", second, checked),
        Change("saml_provider_arns[x]", "x", None),
        Change("saml_provider_arns[z]", None, "z"),
    )


def test_rules_are_known_by_their_place() -> None:
    def state(*values: str) -> dict[str, Any]:
        rules = [{"claim": "sub", "value": value} for value in values]
        return {"role_mappings": {"accounts.google.com": {"rules_configuration": {"rules": rules}}}}

    path = "role_mappings.accounts.google.com.rules_configuration.rules"
    assert difference(state("a", "b"), state("b", "a")) == (
        Change(f"{path}[0]", {"claim": "sub", "value": "a"}, {"claim": "sub", "value": "b"}),
        Change(f"{path}[1]", {"claim": "sub", "value": "b"}, {"claim": "sub", "value": "a"}),
    )


def test_an_item_that_comes_twice_is_not_overlooked() -> None:
    checked, unchecked = (
        {"provider_name": "a", "client_id": "b", "server_side_token_check": flag} for flag in (True, False)
    )
    before = {"cognito_identity_providers": [checked, unchecked]}
    after = {"cognito_identity_providers": [unchecked]}
    assert difference(before, after) == (
        Change("cognito_identity_providers[a:b (2)]", unchecked, None),
        Change("cognito_identity_providers[a:b]", checked, unchecked),
    )


def test_empty_is_not_set() -> None:
    assert difference({"supported_login_providers": {}, "saml_provider_arns": [], "roles": None}, {}) == ()
