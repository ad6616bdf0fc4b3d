"""`demo`: the main job, end to end on this machine, through a real MCP client."""

from __future__ import annotations

import json
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any, cast

import anyio
import click
from click.exceptions import Exit
from mcp import Client, StdioServerParameters
from mcp.client import ClientRequestContext
from mcp_types import CallToolResult, ElicitRequestFormParams, ElicitRequestParams, ElicitResult

from cognito_identity_mcp.program import command

_POOL = "demo pool"
_ROLES = {
    "authenticated": "arn:aws:iam::123456789012:role/demo-users",
    "unauthenticated": "arn:aws:iam::123456789012:role/demo-guests",
}
_PROVIDER = "accounts.google.com"
_CLIENT_ID = "demo-app"
_DEVELOPER = "login.example"

Facts = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One call of the story. `arguments` come from what was learned before; `learns` names facts for later steps.

    `fails` is the error code that the step is there to show; `answers` is what the demo's human does when asked.
    """

    why: str
    tool: str
    arguments: Callable[[Facts], dict[str, Any]]
    learns: dict[str, str] = field(default_factory=dict[str, str])
    fails: str | None = None
    says_no: bool = False


@click.command()
def demo() -> None:
    """See the tools at work on the local service, without AWS.

    Starts the server over stdio, connects an MCP client, prints each call and its answer, shows a rejected input and a
    confirmation, and cleans up. The questions a human would get are answered by the demo, visibly.
    """
    started = time.monotonic()
    problem = anyio.run(_tell)
    if problem is not None:
        click.echo(f"\nThe demo failed: {problem}", err=True)
        raise Exit(1)
    seconds = time.monotonic() - started
    click.echo(f"\nDone: {len(_STORY)} calls in {seconds:.1f} s. Everything the demo made is deleted again.")
    click.echo(f"Next: {command('serve', '--local')}, or the client set-up in the README.")


async def _tell() -> str | None:
    """The story; what went wrong in it, if anything did."""
    human = _Human()
    with TemporaryDirectory() as state:
        return await _told(state, human)


async def _told(state: str, human: _Human) -> str | None:
    command = ["-m", "cognito_identity_mcp", "serve", "--local", "--data", ":memory:", "--log-level", "warning"]
    server = StdioServerParameters(command=sys.executable, args=[*command, "--state", state])
    async with Client(server, elicitation_callback=human.answer) as client:
        tools = await client.list_tools()
        click.echo(f"Connected over stdio (MCP {client.session.protocol_version}): {len(tools.tools)} tools.")
        facts: Facts = {}
        for number, step in enumerate(_STORY, 1):
            problem = await _run(client, human, step, number, facts)
            if problem is not None:
                return problem
    return None


async def _run(client: Client, human: _Human, step: Step, number: int, facts: Facts) -> str | None:
    """One step, printed; how it ended if not as the story says."""
    arguments = step.arguments(facts)
    click.secho(f"\n{number}. {step.why}", bold=True)
    click.echo(f"→ {step.tool} {json.dumps(_shortened(arguments), ensure_ascii=False)}")
    human.says_no = step.says_no
    result = await client.call_tool(step.tool, arguments)
    _print_answer(result)
    data = cast("Facts", result.structured_content)
    code = data["error"]["code"] if result.is_error else None
    if code != step.fails:
        return f"step {number} ended with {code or 'a result'}, expected {step.fails or 'a result'}"
    facts.update({fact: _at(data, path) for fact, path in step.learns.items()})
    return None


def _print_answer(result: CallToolResult) -> None:
    if result.is_error:
        for block in result.content:
            click.echo("← " + getattr(block, "text", "").replace("\n", "\n  "))
    else:
        click.echo(f"← {json.dumps(_shortened(result.structured_content), ensure_ascii=False)}")


class _Human:
    """Stands in for the person at the client: shows the question, and answers it as the step says."""

    def __init__(self) -> None:
        self.says_no = False

    async def answer(self, context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:  # noqa: ARG002
        if not isinstance(params, ElicitRequestFormParams):
            return ElicitResult(action="cancel")
        for line in params.message.splitlines():
            click.echo(f"  ? {line}")
        ((name, shown),) = params.requested_schema["properties"].items()
        if self.says_no:
            click.echo(f"  ? {shown['title']}  …  the human declines")
            return ElicitResult(action="decline")
        answer = True if shown["type"] == "boolean" else shown["title"].removeprefix("Type ").partition(" to go")[0]
        click.echo(f"  ? {shown['title']}  …  the human answers: {answer}")
        return ElicitResult(action="accept", content={name: answer})


def _shortened(value: Any) -> Any:
    """The value with long texts cut, for reading."""
    if isinstance(value, dict):
        return {name: _shortened(item) for name, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_shortened(item) for item in cast("list[Any]", value)]
    if isinstance(value, str) and len(value) > 90:
        return f"{value[:40]}…({len(value)} characters)"
    return value


def _at(data: Any, path: str) -> Any:
    for name in path.split("."):
        data = data[int(name)] if name.isdigit() else data[name]
    return data


def _google_token() -> str:
    """A login as Google would issue it; the local service checks its claims, not its signature."""
    claims = {"iss": f"https://{_PROVIDER}", "aud": _CLIENT_ID, "sub": "alice", "exp": int(time.time()) + 600}
    return ".".join([*(_base64(json.dumps(part)) for part in ({"alg": "RS256"}, claims)), _base64("unsigned")])


def _base64(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _settings(facts: Facts) -> dict[str, Any]:
    return {
        "identity_pool_name": _POOL,
        "allow_unauthenticated_identities": True,
        "supported_login_providers": {_PROVIDER: _CLIENT_ID},
        "developer_provider_name": _DEVELOPER,
    } | ({"identity_pool_id": facts["pool"]} if "pool" in facts else {})


def _in_pool(**more: Any) -> Callable[[Facts], dict[str, Any]]:
    return lambda facts: {"identity_pool_id": facts["pool"], **more}


def _arn(facts: Facts) -> str:
    return f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{facts['pool']}"


def _pools() -> Iterator[Step]:
    yield Step(
        "A call with two mistakes is refused before anything happens.",
        "create_identity_pool",
        lambda _: {"identity_pool_name": "what/ever", "allow_guests": True, "allow_unauthenticated_identities": True},
        fails="InvalidInput",
    )
    yield Step("Create a pool.", "create_identity_pool", _settings, {"pool": "identity_pool_id"})
    yield Step("Look at it.", "describe_identity_pool", _in_pool())
    yield Step("See it in the list.", "list_identity_pools", lambda _: {})
    yield Step(
        "Close classic flow. An update replaces everything, so a human is asked.",
        "update_identity_pool",
        lambda facts: _settings(facts) | {"allow_classic_flow": False},
    )
    yield Step("It is on record.", "list_changes", lambda _: {"limit": 1}, {"change": "changes.0.id"})
    yield Step(
        "Undo it: the pool is as it was. That is a change too, so the human is asked.",
        "undo_change",
        lambda facts: {"change_id": facts["change"]},
    )
    yield Step("Give it roles.", "set_identity_pool_roles", _in_pool(roles=_ROLES))
    yield Step("Read them back.", "get_identity_pool_roles", _in_pool())


def _users() -> Iterator[Step]:
    yield Step("A guest arrives.", "get_id", _in_pool(), {"guest": "identity_id"})
    yield Step(
        "Alice arrives with a Google login.",
        "get_id",
        lambda facts: {"identity_pool_id": facts["pool"], "logins": {_PROVIDER: _google_token()}},
        {"alice": "identity_id"},
    )
    yield Step(
        "Alice gets AWS credentials for one hour.",
        "get_credentials_for_identity",
        lambda facts: {"identity_id": facts["alice"], "logins": {_PROVIDER: _google_token()}},
    )
    yield Step(
        "Bob comes from our own sign-in: a developer identity and its token.",
        "get_open_id_token_for_developer_identity",
        _in_pool(logins={_DEVELOPER: "bob"}),
        {"bob": "identity_id"},
    )
    yield Step("Who is bob?", "lookup_developer_identity", _in_pool(developer_user_identifier="bob"))
    yield Step("Three identities live in the pool.", "list_identities", _in_pool())


def _end() -> Iterator[Step]:
    yield Step(
        "Map a claim to a session tag.",
        "set_principal_tag_attribute_map",
        _in_pool(identity_provider_name=_PROVIDER, principal_tags={"user": "sub"}),
    )
    yield Step(
        "Tag the pool.", "tag_resource", lambda facts: {"resource_arn": _arn(facts), "tags": {"environment": "demo"}}
    )
    yield Step("Read the tags.", "list_tags_for_resource", lambda facts: {"resource_arn": _arn(facts)})
    yield Step(
        "Remove the guest; the human types its id.",
        "delete_identities",
        lambda facts: {"identity_ids_to_delete": [facts["guest"]]},
    )
    yield Step(
        "Delete the pool: this time the human says no, and nothing happens.",
        "delete_identity_pool",
        _in_pool(),
        fails="ConfirmationDeclined",
        says_no=True,
    )
    yield Step("Clean up: now the human agrees.", "delete_identity_pool", _in_pool())
    yield Step("It is gone.", "describe_identity_pool", _in_pool(), fails="ResourceNotFoundException")


_STORY = (*_pools(), *_users(), *_end())
