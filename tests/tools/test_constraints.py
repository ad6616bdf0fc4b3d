"""What the models refuse, and what they say about it."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.constraints import TRUSTED, Kind, Rule
from cognito_identity_tools.violations import WITHHELD, Problem, Violation, violations

POOL = "us-east-1:12345678-1234-1234-1234-123456789012"
ROLE = "arn:aws:iam::123456789012:role/guest"
TOKEN = "eyJ-a-token-nobody-may-see"


def problems(tool: str, **arguments: object) -> list[Violation]:
    model: type[BaseModel] = OPERATIONS[tool].input
    with pytest.raises(ValidationError) as caught:
        model.model_validate(arguments)
    return violations(caught.value, model)


def accepts(tool: str, **arguments: object) -> bool:
    OPERATIONS[tool].input.model_validate(arguments)
    return True


@pytest.mark.parametrize("name", ["a", "Shop_1", "a b\tc", "+=,.@-", "x" * 128])
def test_a_pool_name_of_ascii_letters_digits_spaces_and_six_signs_is_accepted(name: str) -> None:
    assert accepts("create_identity_pool", identity_pool_name=name, allow_unauthenticated_identities=False)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("café", id="letter outside ASCII"),
        pytest.param("shop٣", id="digit outside ASCII"),
        pytest.param("shop\u00a0x", id="space outside ASCII"),
        pytest.param("shop!", id="sign not listed, at the end"),
        pytest.param("!shop", id="sign not listed, at the start"),
        pytest.param("", id="empty"),
    ],
)
def test_a_pool_name_is_matched_whole_and_in_ascii(name: str) -> None:
    found = problems("create_identity_pool", identity_pool_name=name, allow_unauthenticated_identities=False)
    assert Rule(Kind.PATTERN, r"[\w\s+=,.@-]+") in [each.rule for each in found]


@pytest.mark.parametrize("pool", [f"{POOL}\n", f" {POOL}", f"{POOL}/x", "us-east-1", "us-east-1:ABC", "us-éast-1:abc"])
def test_an_id_is_matched_from_its_first_to_its_last_character(pool: str) -> None:
    (found,) = problems("describe_identity_pool", identity_pool_id=pool)
    assert (found.path, found.problem, found.rule) == (
        ("identity_pool_id",),
        Problem.RULE,
        Rule(Kind.PATTERN, r"[\w-]+:[0-9a-f-]+"),
    )


@pytest.mark.parametrize("claim", ["cognito:groups", "größe", "数", "$", "e\u0301"])
def test_a_claim_may_have_letters_marks_symbols_numbers_and_punctuation_of_any_script(claim: str) -> None:
    assert _rule_with(claim=claim)


@pytest.mark.parametrize("claim", ["two words", "tab\t", "\x7f", "\u200b"])
def test_a_claim_has_no_spaces_and_no_control_characters(claim: str) -> None:
    with pytest.raises(ValidationError):
        _rule_with(claim=claim)


def _rule_with(**members: object) -> bool:
    rule = {"claim": "c", "match_type": "Equals", "value": "v", "role_arn": ROLE, **members}
    mapping = {"type": "Rules", "rules_configuration": {"rules": [rule]}}
    return accepts("set_identity_pool_roles", identity_pool_id=POOL, roles={}, role_mappings={"p": mapping})


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = problems(
        "create_identity_pool",
        identity_pool_name="é" * 129,
        allow_unauthenticated_identities="yes",
        developer_provider_name="",
        saml_provider_arns=["short", 7],
        supported_login_providers={"": "ok", "accounts.google.com": "not ok"},
        colour="red",
    )
    assert [(each.path, each.problem, each.rule and each.rule.kind, each.expected, each.is_key) for each in found] == [
        (("identity_pool_name",), Problem.RULE, Kind.MAX_LENGTH, None, False),
        (("identity_pool_name",), Problem.RULE, Kind.PATTERN, None, False),
        (("allow_unauthenticated_identities",), Problem.TYPE, None, "boolean", False),
        (("supported_login_providers", ""), Problem.RULE, Kind.MIN_LENGTH, None, True),
        (("supported_login_providers", "accounts.google.com"), Problem.RULE, Kind.PATTERN, None, False),
        (("developer_provider_name",), Problem.RULE, Kind.MIN_LENGTH, None, False),
        (("developer_provider_name",), Problem.RULE, Kind.PATTERN, None, False),
        (("saml_provider_arns", 0), Problem.RULE, Kind.MIN_LENGTH, None, False),
        (("saml_provider_arns", 1), Problem.TYPE, None, "string", False),
        (("colour",), Problem.UNKNOWN, None, None, False),
    ]


def test_a_list_that_is_too_long_is_reported_together_with_its_bad_entries() -> None:
    found = problems("delete_identities", identity_ids_to_delete=[POOL] * 60 + ["nonsense"])
    assert [(each.path, each.rule) for each in found] == [
        (("identity_ids_to_delete",), Rule(Kind.MAX_LENGTH, 60)),
        (("identity_ids_to_delete", 60), Rule(Kind.PATTERN, r"[\w-]+:[0-9a-f-]+")),
    ]


@pytest.mark.parametrize("value", [True, 1.0, "1", None])
def test_a_number_is_not_made_out_of_something_else(value: object) -> None:
    (found,) = problems("list_identity_pools", max_results=value)
    assert (found.problem, found.expected, found.given) == (Problem.TYPE, "integer", value)


@pytest.mark.parametrize("value", [0, 61, -1])
def test_a_page_has_one_to_sixty_entries(value: int) -> None:
    (found,) = problems("list_identity_pools", max_results=value)
    assert found.rule == Rule(Kind.MIN_VALUE, 1) if value < 1 else Rule(Kind.MAX_VALUE, 60)


def test_a_member_given_under_both_of_its_names_is_refused() -> None:
    (found,) = problems("describe_identity_pool", identity_pool_id=POOL, IdentityPoolId=POOL)
    assert (found.path, found.problem) == (("identity_pool_id",), Problem.UNKNOWN)


def test_names_may_be_mixed_and_nested_members_have_both_names_too() -> None:
    provider = {"ProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_A", "client_id": "abc"}
    request = OPERATIONS["create_identity_pool"].input.model_validate(
        {
            "IdentityPoolName": "shop",
            "allow_unauthenticated_identities": False,
            "CognitoIdentityProviders": [provider],
        }
    )
    assert request.model_dump(exclude_unset=True) == {
        "identity_pool_name": "shop",
        "allow_unauthenticated_identities": False,
        "cognito_identity_providers": [{"provider_name": provider["ProviderName"], "client_id": "abc"}],
    }


def test_an_unknown_member_is_refused_at_every_level_and_its_value_counts_as_secret() -> None:
    found = problems(
        "create_identity_pool",
        identity_pool_name="shop",
        allow_unauthenticated_identities=False,
        cognito_identity_providers=[{"password": TOKEN}],
        token=TOKEN,
    )
    assert [(each.path, each.problem, each.secret) for each in found] == [
        (("cognito_identity_providers", 0, "password"), Problem.UNKNOWN, True),
        (("token",), Problem.UNKNOWN, True),
    ]


def test_an_unknown_member_called_like_the_mark_of_a_key_error_is_named() -> None:
    (found,) = problems("describe_identity_pool", **{"identity_pool_id": POOL, "[key]": 1})
    assert (found.path, found.problem) == (("[key]",), Problem.UNKNOWN)


@pytest.mark.parametrize(
    "logins",
    [
        pytest.param({"accounts.google.com": ""}, id="empty token"),
        pytest.param({"accounts.google.com": 5}, id="no text"),
        pytest.param({"accounts.google.com": None}, id="null"),
        pytest.param({f"p{number}": TOKEN for number in range(11)}, id="too many"),
        pytest.param([TOKEN], id="a list"),
        pytest.param(TOKEN, id="the token alone"),
        pytest.param({TOKEN * 5: "accounts.google.com"}, id="swapped"),
        pytest.param({"[key]": ""}, id="a key like the mark of a key error"),
    ],
)
def test_whatever_is_wrong_with_logins_is_marked_secret_and_no_path_holds_a_token(logins: object) -> None:
    found = problems("get_id", identity_pool_id=POOL, logins=logins)
    assert all(each.secret for each in found)
    assert not any(TOKEN in str(step) for each in found for step in each.path)


def test_a_provider_name_in_the_place_of_a_token_leaves_no_trace_of_the_token() -> None:
    (found,) = problems("get_id", identity_pool_id=POOL, logins={TOKEN * 5: "accounts.google.com"})
    assert (found.path, found.is_key, found.secret) == (("logins", WITHHELD), True, True)


def test_the_text_of_the_validation_error_holds_no_value() -> None:
    with pytest.raises(ValidationError) as caught:
        OPERATIONS["get_id"].input.model_validate({"identity_pool_id": 1, "logins": TOKEN, "token": TOKEN})
    assert TOKEN not in str(caught.value)


def test_an_answer_of_aws_is_taken_with_values_that_a_request_may_not_have() -> None:
    output = OPERATIONS["get_identity_pool_roles"].output
    answer = {"IdentityPoolId": "odd", "RoleMappings": {"p": {"Type": "Oracle"}}}
    with pytest.raises(ValidationError):
        output.model_validate(answer)
    assert output.model_validate(answer, context=TRUSTED).model_dump(by_alias=True, exclude_unset=True) == answer


def test_a_request_cannot_be_altered() -> None:
    request = OPERATIONS["describe_identity_pool"].input.model_validate({"identity_pool_id": POOL})
    with pytest.raises(ValidationError, match="frozen"):
        setattr(request, "identity_pool_id", "eu-west-1:0")  # noqa: B010 - a type checker refuses the plain assignment
