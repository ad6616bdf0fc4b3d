"""Facts about the rows that the service model does not hold: effects, secrets, what IAM can do, words."""

from __future__ import annotations

import pytest

from cognito_identity_tools.catalogue import BY_AWS_NAME, OPERATIONS
from cognito_identity_tools.fields import tool_defaults
from cognito_identity_tools.operation import Effect, Operation

each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())

EFFECTS = {
    Effect.READ: {
        "describe_identity",
        "describe_identity_pool",
        "get_identity_pool_roles",
        "get_principal_tag_attribute_map",
        "list_identities",
        "list_identity_pools",
        "list_tags_for_resource",
        "lookup_developer_identity",
    },
    Effect.WRITE: {"create_identity_pool", "get_id", "tag_resource"},
    Effect.OVERWRITE: {
        "set_identity_pool_roles",
        "set_principal_tag_attribute_map",
        "untag_resource",
        "update_identity_pool",
    },
    Effect.DESTROY: {
        "delete_identities",
        "delete_identity_pool",
        "merge_developer_identities",
        "unlink_developer_identity",
        "unlink_identity",
    },
    Effect.CREDENTIAL: {
        "get_credentials_for_identity",
        "get_open_id_token",
        "get_open_id_token_for_developer_identity",
    },
}
"""The table of the architecture notes, written out: a change of an effect is a change of policy."""


def test_there_are_twenty_three_operations_under_both_names() -> None:
    assert len(OPERATIONS) == len(BY_AWS_NAME) == 23
    assert [operation.name for operation in OPERATIONS.values()] == list(OPERATIONS)


def test_every_operation_has_the_effect_that_the_policy_was_written_for() -> None:
    effects = {effect: {name for name, each in OPERATIONS.items() if each.effect is effect} for effect in Effect}
    assert effects == EFFECTS


def test_only_credential_operations_answer_with_secrets() -> None:
    answers = {name: set(each.output_secrets) for name, each in OPERATIONS.items() if each.output_secrets}
    assert answers == {
        "get_credentials_for_identity": {"credentials.secret_key", "credentials.session_token"},
        "get_open_id_token": {"token"},
        "get_open_id_token_for_developer_identity": {"token"},
    }
    assert answers.keys() == EFFECTS[Effect.CREDENTIAL]


def test_only_logins_take_secrets() -> None:
    takers = {name: set(each.input_secrets) for name, each in OPERATIONS.items() if each.input_secrets}
    assert takers == {
        "get_id": {"logins"},
        "get_credentials_for_identity": {"logins"},
        "get_open_id_token": {"logins"},
        "get_open_id_token_for_developer_identity": {"logins"},
        "unlink_identity": {"logins"},
    }


def test_the_page_size_is_filled_in_exactly_where_aws_requires_it() -> None:
    defaults = {name: tool_defaults(each.input) for name, each in OPERATIONS.items() if tool_defaults(each.input)}
    assert defaults == {"list_identities": {"max_results": 60}, "list_identity_pools": {"max_results": 60}}


@each_operation
def test_a_tool_that_reads_can_be_repeated(operation: Operation) -> None:
    assert operation.idempotent or operation.effect is not Effect.READ


@each_operation
def test_the_words_are_sentences_that_a_reader_can_use(operation: Operation) -> None:
    assert operation.title[0].isupper()
    assert not operation.title.endswith(".")
    assert operation.description[0].isupper()
    assert operation.description.endswith(".")


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("update_identity_pool", "left out is reset"),
        ("set_identity_pool_roles", "Replaces both roles and mappings"),
        ("set_identity_pool_roles", "breaks classic flow"),
        ("get_id", "Without logins every call creates another guest"),
        ("delete_identity_pool", "Final"),
        ("delete_identities", "Final"),
        ("merge_developer_identities", "Cannot be undone"),
    ],
)
def test_what_surprises_people_is_said(tool: str, said: str) -> None:
    assert said in OPERATIONS[tool].description


@each_operation
def test_a_tool_that_needs_no_credentials_says_so(operation: Operation) -> None:
    assert ("Needs no AWS credentials." in operation.description) is not operation.signed
