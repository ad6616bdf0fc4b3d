"""A policy as clients meet it: what is listed, what is refused on the call, and what a decision costs."""

from __future__ import annotations

from pathlib import Path

import pytest
from mcp_types import ElicitResult

from cognito_identity_mcp.listing import every_tool
from cognito_identity_mcp.settings import Preset, Settings
from tests.interaction.clients import (
    ERAS,
    POOL,
    Era,
    Facts,
    Human,
    agreeing,
    arn_of,
    create_pool,
    fail,
    in_process,
    succeed,
)
from tests.interaction.endpoints import Request, Response, aws_error, endpoint
from tests.interaction.examples import ARGUMENTS, POOL_ID, as_aws

POLICY = """
[effects]
credential = "refuse"

[operations]
unlink_identity = "refuse"

[[rules]]
name = "identities stay"
decision = "refuse"
reason = "Ask the support team."
operations = ["delete_identities"]

[[rules]]
name = "shop"
decision = "refuse"
effects = ["destroy"]
pool_name = "shop"

[[rules]]
name = "tokens in the sandbox"
decision = "confirm"
operations = ["get_open_id_token_for_developer_identity"]
pool_name = "sandbox"
"""
REFUSED = {
    "get_credentials_for_identity": "policy file, effects.credential.",
    "get_open_id_token": "policy file, effects.credential.",
    "unlink_identity": "policy file, operations.unlink_identity.",
    "delete_identities": 'rule "identities stay": Ask the support team.',
}
"""Refused whatever the arguments, in one sentence each; the rules on names may or may not match."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY)
    return path


async def test_tools_that_are_refused_outright_are_listed_with_a_description_that_says_so(path: Path) -> None:
    async with in_process(Settings(endpoint_url="http://127.0.0.1:1", policy=path)) as client:
        listed = (await client.list_tools()).tools
    expected = [each.model_copy() for each in every_tool()]
    for each in expected:
        if each.name in REFUSED:
            each.description = f"Refused by this server's policy: {REFUSED[each.name]} {each.description}"
    assert listed == expected


async def test_tools_that_are_refused_outright_can_be_left_out(path: Path) -> None:
    settings = Settings(endpoint_url="http://127.0.0.1:1", policy=path, hide_refused=True)
    async with in_process(settings) as client:
        listed = (await client.list_tools()).tools
    assert listed == [each for each in every_tool() if each.name not in REFUSED]


@pytest.mark.parametrize("hides", [False, True])
async def test_a_refused_tool_is_refused_on_the_call_too_listed_or_not(path: Path, *, hides: bool) -> None:
    human = agreeing()
    async with (
        endpoint(as_aws) as aws,
        in_process(Settings(endpoint_url=aws.url, policy=path, hide_refused=hides), human) as client,
    ):
        errors = {name: await fail(client, name, ARGUMENTS[name]) for name in REFUSED}
    assert {name: error["code"] for name, error in errors.items()} == dict.fromkeys(REFUSED, "RefusedByPolicy")
    assert all(f"call: {REFUSED[name]} Nothing was changed." in error["message"] for name, error in errors.items())
    assert (human.questions, aws.requests) == ([], [])


@pytest.mark.parametrize("verdict", ["refuse", "confirm"])
async def test_the_records_of_this_server_are_not_shown_against_the_policy(verdict: str, tmp_path: Path) -> None:
    """Nothing goes out for it, and nobody is asked."""
    path = tmp_path / "policy.toml"
    path.write_text(f'[operations]\nlist_changes = "{verdict}"\n')
    human = agreeing()
    async with in_process(Settings(endpoint_url="http://127.0.0.1:1", policy=path), human) as client:
        error = await fail(client, "list_changes", {})
    assert (error["code"], human.questions) == ("RefusedByPolicy", [])
    assert "policy file, operations.list_changes" in error["message"]


async def test_workflows_are_decided_by_the_pool_that_they_change(local_service: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        '[[rules]]\nname = "production"\ndecision = "refuse"\neffects = ["overwrite", "destroy"]\n'
        'pool_tags = { environment = "prod*" }\n'
    )
    async with in_process(Settings(endpoint_url=local_service, policy=path), agreeing()) as client:
        production = await create_pool(client, identity_pool_tags={"environment": "production"})
        other = await create_pool(client)
        for pool in (production, other):
            await succeed(client, "get_id", {"identity_pool_id": pool})
        patch: Facts = {"clear": ["supported_login_providers"]}
        purge: Facts = {"only": "guest", "dry_run": False}
        for tool, arguments in [("patch_identity_pool", patch), ("purge_identities", purge)]:
            error = await fail(client, tool, arguments | {"identity_pool_id": production})
            assert (error["code"], ': rule "production".' in error["message"]) == ("RefusedByPolicy", True)
            await succeed(client, tool, arguments | {"identity_pool_id": other})


async def test_a_preset_of_the_command_line_tightens_the_file(path: Path) -> None:
    settings = Settings(endpoint_url="http://127.0.0.1:1", policy=path, preset=Preset.OBSERVER, hide_refused=True)
    async with in_process(settings) as client:
        listed = {each.name for each in (await client.list_tools()).tools}
    reads = {each.name for each in every_tool() if each.annotations and each.annotations.read_only_hint}
    assert reads <= listed
    assert not listed & ARGUMENTS.keys() - reads


async def test_rules_on_the_name_and_the_tags_of_a_pool_decide_by_the_pool_as_it_is(
    local_service: str, tmp_path: Path
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        '[[rules]]\nname = "production"\ndecision = "refuse"\neffects = ["overwrite", "destroy"]\n'
        'pool_tags = { environment = "prod*" }\n'
        '[[rules]]\nname = "sandboxes"\ndecision = "allow"\neffects = ["destroy"]\npool_name = "sandbox-*"\n'
    )
    human = agreeing()
    async with in_process(Settings(endpoint_url=local_service, policy=path), human) as client:
        production = await create_pool(client, identity_pool_tags={"environment": "production"})
        sandbox = await create_pool(client, identity_pool_name="sandbox-1")
        other = await create_pool(client)
        refused = [
            await fail(client, "delete_identity_pool", {"identity_pool_id": production}),
            await fail(client, "untag_resource", {"resource_arn": arn_of(production), "tag_keys": ["environment"]}),
            await fail(client, "delete_identities", {"identity_ids_to_delete": [production]}),
        ]
        assert human.questions == []
        await succeed(client, "delete_identity_pool", {"identity_pool_id": sandbox})
        assert human.questions == []
        await succeed(client, "delete_identity_pool", {"identity_pool_id": other})
        assert len(human.questions) == 1
        await succeed(client, "describe_identity_pool", {"identity_pool_id": production})
    doubt = 'rule "production" (holds because this is not known: pool_tags)'
    for error, rule in zip(refused, ['rule "production"', 'rule "production"', doubt], strict=True):
        assert error["code"] == "RefusedByPolicy"
        assert f": {rule}." in error["message"]


async def test_a_pool_that_is_about_to_be_made_is_judged_by_the_name_and_tags_it_is_to_have(
    local_service: str, tmp_path: Path
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        '[[rules]]\nname = "names"\ndecision = "refuse"\noperations = ["create_identity_pool"]\npool_name = "prod-*"\n'
    )
    async with in_process(Settings(endpoint_url=local_service, policy=path)) as client:
        error = await fail(client, "create_identity_pool", POOL | {"identity_pool_name": "prod-1"})
        assert error["code"] == "RefusedByPolicy"
        await create_pool(client, identity_pool_name="dev-1")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("", ["ListIdentities"]),
        ('[[rules]]\nname = "a"\ndecision = "refuse"\neffects = ["destroy"]\npool_name = "x"', ["ListIdentities"]),
        (
            '[[rules]]\nname = "a"\ndecision = "refuse"\neffects = ["read"]\npool_name = "x"',
            ["DescribeIdentityPool", "ListIdentities"],
        ),
    ],
)
async def test_a_read_costs_another_read_only_where_a_rule_may_ask_for_the_pool(
    text: str, sent: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text)
    async with endpoint(as_aws) as aws, in_process(Settings(endpoint_url=aws.url, policy=path)) as client:
        await succeed(client, "list_identities", ARGUMENTS["list_identities"])
    assert aws.operations == sent


SANDBOXES = """
[effects]
overwrite = "allow"

[[rules]]
name = "sandboxes are free"
decision = "allow"
pool_tags = { environment = "dev" }

[[rules]]
name = "so are those by name"
decision = "allow"
pool_name = "sandbox-*"
"""
STEERING: dict[str, tuple[str, Facts]] = {
    "a tag": ("tag_resource", {"tags": {"environment": "dev"}}),
    "a tag of a patch": ("patch_identity_pool", {"identity_pool_tags": {"environment": "dev"}}),
    "a name": ("patch_identity_pool", {"identity_pool_name": "sandbox-1"}),
}


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("way", STEERING)
async def test_no_pool_is_brought_under_a_rule_that_allows_without_asking(
    local_service: str, tmp_path: Path, way: str, era: Era
) -> None:
    """Else two calls would do unasked what one is asked about: tag the pool, then delete what the tag sets free."""
    path = tmp_path / "policy.toml"
    path.write_text(SANDBOXES)
    human = Human(lambda _: ElicitResult(action="decline"))
    async with in_process(Settings(endpoint_url=local_service, policy=path), human, era) as client:
        pool = await create_pool(client)
        tool, change = STEERING[way]
        address = {"resource_arn": arn_of(pool)} if tool == "tag_resource" else {"identity_pool_id": pool}
        errors = [
            await fail(client, tool, address | change),
            await fail(client, "delete_identity_pool", {"identity_pool_id": pool}),
        ]
        await succeed(client, "tag_resource", {"resource_arn": arn_of(pool), "tags": {"team": "search"}})
        still = await succeed(client, "describe_identity_pool", {"identity_pool_id": pool})
    assert [error["code"] for error in errors] == ["ConfirmationDeclined"] * 2
    assert "it changes what rule" in human.questions[0].message
    assert (len(human.questions), still["identity_pool_name"]) == (2, POOL["identity_pool_name"])
    assert still["identity_pool_tags"] == {"team": "search"}


UNREAD: dict[str, tuple[str, Facts]] = {
    "a tag": ("tag_resource", {"resource_arn": arn_of(POOL_ID), "tags": {"environment": "dev"}}),
    "all tags": ("update_identity_pool", POOL | {"identity_pool_id": POOL_ID, "identity_pool_tags": {}}),
    "a name": ("update_identity_pool", POOL | {"identity_pool_id": POOL_ID, "identity_pool_name": "sandbox-1"}),
    "a tag that goes": ("untag_resource", {"resource_arn": arn_of(POOL_ID), "tag_keys": ["environment"]}),
}


async def nothing_to_read(request: Request) -> Response:  # noqa: ARG001 - the same for all
    """As AWS answers a server that may change everything and read nothing."""
    return aws_error("AccessDeniedException", "no")


@pytest.mark.parametrize("way", UNREAD)
async def test_what_cannot_be_read_of_a_pool_counts_as_changed(tmp_path: Path, way: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(SANDBOXES)
    human = Human(lambda _: ElicitResult(action="decline"))
    unasked = ("untag_resource", {"resource_arn": arn_of(POOL_ID), "tag_keys": ["team"]})
    async with (
        endpoint(nothing_to_read) as aws,
        in_process(Settings(endpoint_url=aws.url, policy=path), human) as client,
    ):
        codes = [(await fail(client, *call))["code"] for call in (UNREAD[way], unasked)]
    assert (codes, len(human.questions)) == (["ConfirmationDeclined", "AccessDeniedException"], 1)
    assert [name for name in aws.operations if name.startswith(("Tag", "Untag", "Update"))] == ["UntagResource"]


PRODUCTION = """
[effects]
overwrite = "allow"
destroy = "allow"

[[rules]]
name = "production stays"
decision = "refuse"
effects = ["destroy"]
pool_tags = { environment = "prod" }

[[rules]]
name = "the shop is asked about"
decision = "confirm"
effects = ["destroy"]
pool_name = "shop"
"""
ESCAPING: dict[str, tuple[str, Facts]] = {
    "a tag that goes": ("untag_resource", {"tag_keys": ["environment"]}),
    "a tag that turns": ("tag_resource", {"tags": {"environment": "dev"}}),
    "all tags": ("patch_identity_pool", {"clear": ["identity_pool_tags"]}),
    "another name": ("patch_identity_pool", {"identity_pool_name": "sandbox"}),
}


@pytest.mark.parametrize("way", ESCAPING)
async def test_no_pool_is_brought_from_under_a_rule_that_asks_or_refuses(
    local_service: str, tmp_path: Path, way: str
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(PRODUCTION)
    human = Human(lambda _: ElicitResult(action="decline"))
    async with in_process(Settings(endpoint_url=local_service, policy=path), human) as client:
        pool = await create_pool(client, identity_pool_name="shop", identity_pool_tags={"environment": "prod"})
        tool, change = ESCAPING[way]
        address = {"resource_arn": arn_of(pool)} if "resource" in tool else {"identity_pool_id": pool}
        error = await fail(client, tool, address | change)
        still = await succeed(client, "describe_identity_pool", {"identity_pool_id": pool})
        await succeed(client, "tag_resource", {"resource_arn": arn_of(pool), "tags": {"team": "search"}})
        other = await create_pool(client, identity_pool_name="other", identity_pool_tags={"environment": "test"})
        await succeed(client, "untag_resource", {"resource_arn": arn_of(other), "tag_keys": ["environment"]})
    assert (error["code"], len(human.questions)) == ("ConfirmationDeclined", 1)
    assert "it changes what rule" in human.questions[0].message
    assert (still["identity_pool_name"], still["identity_pool_tags"]) == ("shop", {"environment": "prod"})


async def test_a_new_pool_may_have_any_name_and_tags(local_service: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(SANDBOXES)
    async with in_process(Settings(endpoint_url=local_service, policy=path)) as client:
        pool = await create_pool(client, identity_pool_name="sandbox-2", identity_pool_tags={"environment": "dev"})
        await succeed(client, "delete_identity_pool", {"identity_pool_id": pool})
