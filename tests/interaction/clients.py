"""MCP clients for the tests: their humans, and how they reach a server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal, cast

from mcp import Client
from mcp.client import ClientRequestContext
from mcp_types import (
    CallToolResult,
    ElicitRequestFormParams,
    ElicitRequestParams,
    ElicitResult,
    ErrorData,
    TextContent,
)

from cognito_identity_mcp.app import mcp_server, services
from cognito_identity_mcp.settings import Settings

Era = Literal["legacy", "auto"]
ERAS: tuple[Era, ...] = ("legacy", "auto")

Facts = dict[str, Any]
Reply = ElicitResult | ErrorData
Answering = Callable[[ElicitRequestFormParams], Reply]

FACEBOOK = "graph.facebook.com"
DEVELOPER = "login.example"
POOL: Facts = {
    "identity_pool_name": "a pool",
    "allow_unauthenticated_identities": True,
    "supported_login_providers": {FACEBOOK: "4711"},
    "developer_provider_name": DEVELOPER,
}


class Human:
    """Answers every question in one way, and remembers the questions."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self.questions: list[ElicitRequestFormParams] = []

    async def __call__(self, context: ClientRequestContext, params: ElicitRequestParams) -> Reply:  # noqa: ARG002
        assert isinstance(params, ElicitRequestFormParams)
        self.questions.append(params)
        return self._answering(params)


def field(params: ElicitRequestFormParams) -> tuple[str, Facts]:
    ((name, schema),) = params.requested_schema["properties"].items()
    return name, schema


def right_answer(params: ElicitRequestFormParams) -> str | bool:
    """What the form asks for: its text to type, or its box ticked."""
    _, schema = field(params)
    if schema["type"] == "boolean":
        return True
    return str(schema["title"]).removeprefix("Type ").removesuffix(" to go ahead")


def says_yes(params: ElicitRequestFormParams) -> Reply:
    return accept(params, right_answer(params))


def accept(params: ElicitRequestFormParams, answer: str | float | bool | None) -> ElicitResult:
    return ElicitResult(action="accept", content={field(params)[0]: answer})


def agreeing() -> Human:
    return Human(says_yes)


def agreeing_after(do: Callable[[], object]) -> Human:
    """Says yes to everything; the first time, `do` happens while the human thinks."""
    waiting = [do]

    def answer(params: ElicitRequestFormParams) -> Reply:
        if waiting:
            waiting.pop()()
        return says_yes(params)

    return Human(answer)


@asynccontextmanager
async def in_process(settings: Settings, human: Human | None = None, era: Era = "auto") -> AsyncGenerator[Client]:
    """A client of a server in this process, which calls the endpoint of the settings."""
    async with (
        services(settings) as where,
        mcp_server(settings, where) as server,
        Client(server, mode=era, elicitation_callback=human) as client,
    ):
        yield client


async def succeed(client: Client, tool: str, arguments: Facts | None = None) -> Facts:
    """The structured result of a call that has to succeed."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text(result)
    return cast("Facts", result.structured_content)


async def fail(client: Client, tool: str, arguments: Facts | None = None) -> Facts:
    """The facts of the error that a call has to end with."""
    return error_of(await client.call_tool(tool, arguments))


def error_of(result: CallToolResult) -> Facts:
    assert result.is_error
    return cast("Facts", cast("Facts", result.structured_content)["error"])


def text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


async def create_pool(client: Client, **more: Any) -> str:
    return str((await succeed(client, "create_identity_pool", POOL | more))["identity_pool_id"])


def arn_of(pool: str) -> str:
    return f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool}"
