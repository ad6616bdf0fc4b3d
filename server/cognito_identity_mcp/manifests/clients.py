"""`clients/`: configuration to copy for MCP clients, once for AWS and once for the local service.

Sources: the configuration references of Claude Desktop, Claude Code, VS Code, Cursor and the MCP Inspector. All launch
`uvx cognito-identity-mcp serve`; VS Code asks for profile and region.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognito_identity_mcp.manifests import identity
from cognito_identity_mcp.manifests.files import Files, as_json

Json = dict[str, Any]

AWS = "cognito-identity"
LOCAL = "cognito-identity-local"
"""Names of the server in a client, by where its calls go."""

_EXTRA = {AWS: (), LOCAL: ("--local",)}

_ASKED = {"profile": "AWS profile (empty: default)", "region": "AWS region (empty: of the profile)"}
"""What VS Code asks for."""


@dataclass(frozen=True)
class Client:
    """A client whose file names servers under `mcpServers`: `path` here, `place` where the user has to put it."""

    name: str
    path: str
    place: str
    typed: bool = False
    """Whether an entry states its transport."""


CLIENTS = (
    Client(
        "Claude Desktop",
        "claude-desktop/claude_desktop_config.json",
        "Settings → Developer → Edit Config opens `claude_desktop_config.json`",
    ),
    Client("Claude Code", "claude-code/.mcp.json", "`.mcp.json` at the top of the project", typed=True),
    Client("Cursor", "cursor/mcp.json", "`.cursor/mcp.json` in the project, or `~/.cursor/mcp.json`"),
)


def files() -> Files:
    by_client = {
        f"clients/{_variant(client.path, server)}": as_json(
            {"mcpServers": {server: _entry(server, typed=client.typed)}}
        )
        for client in CLIENTS
        for server in _EXTRA
    }
    both = {server: _entry(server, typed=True) for server in _EXTRA}
    return {
        **by_client,
        "clients/vscode/mcp.json": as_json(_vscode()),
        "clients/vscode/mcp.local.json": as_json({"servers": {LOCAL: _entry(LOCAL, typed=True)}}),
        "clients/inspector/mcp-inspector.json": as_json({"mcpServers": both}),
        "clients/README.md": _readme(),
    }


def _variant(path: str, server: str) -> str:
    """`mcp.json` → `mcp.local.json` for the local service."""
    return path if server == AWS else f"{path.removesuffix('.json')}.local.json"


def _command(server: str) -> list[str]:
    return ["uvx", identity.PACKAGE, *identity.LAUNCH, *_EXTRA[server]]


def _entry(server: str, *, typed: bool) -> Json:
    command, *arguments = _command(server)
    transport = {"type": "stdio"} if typed else {}
    return {**transport, "command": command, "args": arguments}


def _vscode() -> Json:
    """An answer left empty is an empty variable, which counts as not set."""
    inputs = [
        {"type": "promptString", "id": name, "description": asked, "default": ""} for name, asked in _ASKED.items()
    ]
    environment = {identity.variable(name): f"${{input:{name}}}" for name in _ASKED}
    return {"inputs": inputs, "servers": {AWS: {**_entry(AWS, typed=True), "env": environment}}}


_README = """\
# Client configuration

Each file starts the server with `{aws}`; the variants called `.local` use the local service
(`--local`) and need no AWS account. Merge the entry into a file that you already have.

| Client | File | Where it belongs |
|---|---|---|
{rows}
| VS Code | `vscode/mcp.json` | `.vscode/mcp.json` in the workspace, or MCP: Open User Configuration |
| MCP Inspector | `inspector/mcp-inspector.json` | `--config` of the Inspector; holds both servers |

Add `--profile NAME`, `--region REGION` or `--read-only` to `args`, or set the variables `{prefix}*` under `env`.

Claude Code, without a file:

```
claude mcp add {aws_name} -- {aws}
claude mcp add {local_name} -- {local}
```

MCP Inspector, in the browser and on the command line:

```
{inspector} --config inspector/mcp-inspector.json --server {local_name}
{inspector} --cli --config inspector/mcp-inspector.json --server {local_name} --method tools/list
```
"""


def _readme() -> str:
    return _README.format(
        aws=" ".join(_command(AWS)),
        local=" ".join(_command(LOCAL)),
        aws_name=AWS,
        local_name=LOCAL,
        prefix=identity.variable(""),
        inspector="npx @modelcontextprotocol/inspector",
        rows="\n".join(f"| {each.name} | `{each.path}` | {each.place} |" for each in CLIENTS),
    )
