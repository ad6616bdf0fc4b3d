"""Every tool, end to end, over every transport, in both protocol eras."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import jsonschema
from mcp_types import Implementation

from cognito_identity_mcp import __version__
from cognito_identity_mcp.app import NAME, WEBSITE
from cognito_identity_mcp.listing import every_tool
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect

from .clients import POOL, Era, Facts, agreeing
from .conftest import Connect
from .story import ROLES, Story

TIMES = {"creation_date", "last_modified_date", "expiration"}


async def test_a_client_learns_who_serves_it_and_which_tools_there_are(connect: Connect, era: Era) -> None:
    async with connect(None) as client:
        assert client.protocol_version == ("2025-11-25" if era == "legacy" else "2026-07-28")
        server = client.server_info
        assert server is not None
        assert server.icons is not None
        assert server == Implementation(
            name=NAME,
            version=__version__,
            title="Amazon Cognito identity pools",
            description="The 23 operations of Cognito Identity, with human consent for what cannot be undone.",
            website_url=WEBSITE,
            icons=server.icons,
        )
        assert [(icon.mime_type, icon.sizes) for icon in server.icons] == [("image/svg+xml", ["any"])]
        assert server.icons[0].src.startswith("data:image/svg+xml;base64,")
        assert 50 < len((client.instructions or "").split()) < 300
        assert (await client.list_tools()).tools == every_tool()


async def test_every_tool_answers_as_its_output_schema_says(connect: Connect) -> None:
    human = agreeing()
    async with connect(human) as client:
        story = Story(client)
        await story.tell()
        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
    assert story.results.keys() == OPERATIONS.keys()
    for tool, results in story.results.items():
        for result in results:
            jsonschema.validate(result, cast("Facts", schemas[tool]))
            assert_complete(tool, result)
    asked = [tool for tool, results in story.results.items() for _ in results if needs_consent(tool)]
    assert len(human.questions) == len(asked)
    assert_right(story)


def needs_consent(tool: str) -> bool:
    return OPERATIONS[tool].effect in (Effect.OVERWRITE, Effect.DESTROY, Effect.CREDENTIAL)


def assert_complete(tool: str, result: Facts) -> None:
    """Names are ours, times are RFC 3339 with a zone, and nothing stands there as null."""
    for name, value in members(result):
        assert value is not None, (tool, name)
        if name in TIMES:
            assert datetime.fromisoformat(value).tzinfo is not None
            assert value.endswith("Z")


def members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in cast("Facts", value).items():
            yield name, item
            yield from members(item)
    if isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from members(item)


def assert_right(story: Story) -> None:
    results = story.results
    pool = results["create_identity_pool"][0]["identity_pool_id"]
    (roles,) = results["get_identity_pool_roles"]
    assert roles == {"identity_pool_id": pool, "roles": ROLES}
    (described,) = results["describe_identity_pool"]
    assert described == {"identity_pool_id": pool, **POOL, "identity_pool_name": "renamed", "identity_pool_tags": {}}
    listed = [each for page in results["list_identity_pools"] for each in page["identity_pools"]]
    assert {"identity_pool_id": pool, "identity_pool_name": "a pool"} in listed
    assert results["list_tags_for_resource"] == [{"tags": {"stage": "test"}}]
    assert results["delete_identities"] == [{"unprocessed_identity_ids": []}]
    assert results["delete_identity_pool"] == [{}]
    guest, alice = (each["identity_id"] for each in results["get_id"])
    assert [each["identity_id"] for each in results["list_identities"][0]["identities"]] == [guest, alice]
    bob = results["get_open_id_token_for_developer_identity"][0]["identity_id"]
    assert results["lookup_developer_identity"] == [
        {"identity_id": bob, "developer_user_identifier_list": ["bob", "carol"]}
    ]
