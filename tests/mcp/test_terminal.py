"""`call` in a terminal: questions, answers, tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from types_boto3_cognito_identity import CognitoIdentityClient

from .terminals import END_OF_FILE, INTERRUPT, Terminal, in_terminal

TICK = "Yes, do this [y/N]: "


@pytest.fixture
def aws(local_service: str) -> Iterator[CognitoIdentityClient]:
    """Another client of the service that the program calls."""
    session: Any = boto3.Session("id", "key", region_name="us-east-1")
    client: CognitoIdentityClient = session.client("cognito-identity", endpoint_url=local_service)
    yield client
    client.close()


@pytest.fixture
def pool(aws: CognitoIdentityClient) -> str:
    created = aws.create_identity_pool(IdentityPoolName="before", AllowUnauthenticatedIdentities=False)
    return created["IdentityPoolId"]


def name_of(aws: CognitoIdentityClient, pool: str) -> str | None:
    """None for a pool that is gone."""
    try:
        return aws.describe_identity_pool(IdentityPoolId=pool)["IdentityPoolName"]
    except aws.exceptions.ResourceNotFoundException:
        return None


def answer(terminal: Terminal, prompt: str, typed: str) -> int:
    """The exit status after the prompt was answered."""
    terminal.wait_for(prompt)
    terminal.type(typed)
    return terminal.status()


@pytest.mark.parametrize(
    ("typed", "status", "name", "said"),
    [
        ("y\n", 0, "after", "identity_pool_name                after"),
        ("n\n", 3, "before", "ConfirmationDeclined: update_identity_pool was not carried out. A human declined."),
        (END_OF_FILE, 3, "before", "ConfirmationDismissed: "),
        (INTERRUPT, 130, "before", TICK),
    ],
)
def test_an_update_asks_yes_or_no_and_only_yes_lets_it_run(
    local_service: str, aws: CognitoIdentityClient, pool: str, typed: str, status: int, name: str, said: str
) -> None:
    words = [f"identity_pool_id={pool}", "identity_pool_name=after", "allow_unauthenticated_identities=false"]
    with in_terminal("call", "update_identity_pool", *words, "--endpoint-url", local_service) as terminal:
        assert answer(terminal, TICK, typed) == status
    assert (
        'Update identity pool: Replaces the settings of identity pool "before": identity_pool_name.' in terminal.screen
    )
    assert "  identity_pool_name: before → after\n" in terminal.screen
    assert f"Pool: before ({pool})\n" in terminal.screen
    assert said in terminal.screen
    assert name_of(aws, pool) == name


def test_a_long_value_does_not_go_on_where_a_line_of_the_question_begins(
    local_service: str, aws: CognitoIdentityClient
) -> None:
    created = aws.create_identity_pool(
        IdentityPoolName="before", AllowUnauthenticatedIdentities=False, IdentityPoolTags={"stage": "production"}
    )
    pool = created["IdentityPoolId"]
    words = [
        f"resource_arn=arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool}",
        f"tags={json.dumps({'stage': 70 * 'x' + ' Pool: harmless'})}",
    ]
    with in_terminal("call", "tag_resource", *words, "--endpoint-url", local_service, COLUMNS="80") as terminal:
        assert answer(terminal, TICK, "n\n") == 3
    assert f"\n  tags.stage: production →\n      {70 * 'x'}\n      Pool: harmless\n" in terminal.screen
    assert f"\nPool: before ({pool})\n" in terminal.screen


@pytest.mark.parametrize(
    ("right", "status", "said"),
    [
        (True, 0, "Delete identity pool: done."),
        (False, 3, "The human's answer was not the one that was asked for. Nothing was changed."),
    ],
)
def test_a_deletion_asks_for_the_name_and_only_the_right_one_lets_it_run(
    local_service: str, aws: CognitoIdentityClient, pool: str, *, right: bool, status: int, said: str
) -> None:
    typed = "before\n" if right else "yes\n"
    words = ("call", "delete_identity_pool", f"identity_pool_id={pool}", "--endpoint-url", local_service)
    with in_terminal(*words) as terminal:
        assert answer(terminal, "Type before to go ahead: ", typed) == status
    assert said in terminal.screen
    assert name_of(aws, pool) == (None if right else "before")


def test_results_are_a_table_in_a_terminal(local_service: str, pool: str) -> None:
    words = ("call", "get_identity_pool_roles", f"identity_pool_id={pool}", "--endpoint-url", local_service)
    with in_terminal(*words) as terminal:
        assert terminal.status() == 0
    (row,) = [line for line in terminal.screen.splitlines() if pool in line]
    assert row.split() == ["identity_pool_id", pool]


NEW = ("identity_pool_name=alone", "allow_unauthenticated_identities=false")


def test_things_with_few_members_are_rows_and_others_paragraphs_with_whole_ids(local_service: str, pool: str) -> None:
    where = ("--endpoint-url", local_service)
    alone = (*where, "--region", "ap-south-2")
    with in_terminal("call", "create_identity_pool", *NEW, *alone) as terminal:
        assert terminal.status() == 0
    with in_terminal("call", "list_identity_pools", *alone, COLUMNS="80") as terminal:
        assert terminal.status() == 0
    assert re.search(r"│ ap-south-2:[0-9a-f-]{36} │ alone ", terminal.screen)
    with in_terminal("call", "audit_identity_pools", f"identity_pool_id={pool}", *where, COLUMNS="80") as terminal:
        assert terminal.status() == 0
    assert re.search(rf"\nidentity_pool_id +{pool} *\n", terminal.screen)
    assert re.search(r'\nevidence +\[\{"path": "allow_classic_flow"\}\] *\n', terminal.screen)
