"""`call`: one tool from the shell, through the same server as every client."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, cast

import anyio
import click
from click.exceptions import Exit
from mcp import Client
from mcp_types import CallToolResult

from cognito_identity_mcp import logs
from cognito_identity_mcp.app import mcp_server, policy_of, services
from cognito_identity_mcp.cli import options, output, terminal
from cognito_identity_mcp.cli.exits import fail
from cognito_identity_mcp.policy.decision import Policy
from cognito_identity_mcp.services import ServicesContext
from cognito_identity_mcp.settings import Settings
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_tools.operation import Tool
from cognito_identity_tools.schema import input_schema

_EXIT_STATUS = MappingProxyType({"internal": 1, "invalid_input": 2, "refused": 3, "service": 4, "request": 5})
"""By kind of failure; 0 is success."""

key_values = click.argument(
    "arguments", nargs=-1, metavar="[KEY=VALUE]...", help="Or one JSON object, or - for JSON from stdin."
)


@click.command()
@click.argument("tool", metavar="TOOL", help="As list_identity_pools.")
@key_values
@output.as_json
@options.with_settings(
    *options.PLACE, *options.RULES, "approval_wait", "secrets", "state", "log_level", log_level="warning"
)
def call(settings: Settings, tool: str, arguments: tuple[str, ...], as_json: bool) -> None:
    """Call one tool and print its result.

    What needs consent is asked in the terminal; without one it is refused, and no option stands in for the answer.
    Values that are not text are JSON: allow_unauthenticated_identities=false roles='{"authenticated": "arn:…"}'.

    Exit status: 0 done, 1 crash, 2 wrong arguments or settings, 3 refused, 4 the service answered with an error, 5 no
    answer: no credentials, no such AWS profile, no connection.
    """
    operation = TOOLS.get(tool)
    if operation is None:
        close = "".join(f" Did you mean {name}?" for name in get_close_matches(tool, TOOLS, n=1))
        fail(f"There is no tool {tool!r}.{close} Tools are: {', '.join(TOOLS)}.")
    values = read_arguments(operation, arguments)
    logs.configure(settings.log_level, settings.log_format)
    with options.settings_errors():
        result = anyio.run(_call, settings, policy_of(settings), services(settings), tool, values)
    terminal.show(result, as_json=as_json)
    raise Exit(exit_status(result))


def exit_status(result: CallToolResult) -> int:
    """0 for a result, else by the kind of the failure."""
    return _EXIT_STATUS[result.structured_content["error"]["kind"]] if result.is_error else 0


def read_arguments(operation: Tool, given: Sequence[str]) -> dict[str, Any]:
    """The arguments from the words of a command line."""
    if len(given) == 1 and (given[0] == "-" or given[0].lstrip().startswith("{")):
        return _json_object(sys.stdin.read() if given[0] == "-" else given[0])
    return _each_once([_pair(operation, word) for word in given])


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Which of two values was meant is nobody's to guess."""
    for number, (name, _) in enumerate(pairs):
        if name in dict(pairs[:number]):
            fail(f"{name} is given twice. Give it once; several values are a JSON array.")
    return dict(pairs)


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        fail(f"The arguments are not JSON: {error}.")
    if not isinstance(value, dict):
        fail("The arguments have to be a JSON object.")
    return cast("dict[str, Any]", value)


def _pair(operation: Tool, word: str) -> tuple[str, Any]:
    """Text stays text; for anything else the value is JSON, or it stays text for the tool to refuse with its reason."""
    name, equals, value = word.partition("=")
    if not equals:
        fail(f"{word!r} is not KEY=VALUE. Give pairs, one JSON object, or - to read it from stdin.")
    if input_schema(operation)["properties"].get(name, {}).get("type") == "string":
        return name, value
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


async def _call(
    settings: Settings, policy: Policy, where: ServicesContext, tool: str, arguments: dict[str, Any]
) -> CallToolResult:
    ask = terminal.ask if terminal.can_ask() else None
    async with (
        where,
        mcp_server(settings, where, policy, in_terminal=ask is not None) as server,
        Client(server, elicitation_callback=ask) as client,
    ):
        return await client.call_tool(tool, arguments)
