"""What is checked in is what the catalogue and the settings generate, and it has the shape its readers demand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cognito_identity_mcp import __version__
from cognito_identity_mcp.listing import every_tool
from cognito_identity_mcp.manifests import checkout, readme
from cognito_identity_mcp.settings import Settings, load
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect

ROOT = Path(__file__).parents[2]
GENERATED = checkout.generated()

Json = dict[str, Any]


def manifest(path: str) -> Json:
    parsed: Json = json.loads(GENERATED[f"manifests/{path}"])
    return parsed


@pytest.mark.parametrize("path", GENERATED)
def test_the_checked_in_file_is_the_generated_one(path: str) -> None:
    assert (ROOT / path).read_text("utf-8") == GENERATED[path]


def test_nothing_else_is_out_of_date() -> None:
    assert checkout.problems(ROOT) == []


def test_there_is_one_golden_file_for_each_tool() -> None:
    golden = {path.stem for path in (ROOT / "manifests" / "tools").iterdir()}
    assert golden == set(TOOLS) == {tool.name for tool in every_tool()}


@pytest.mark.parametrize("path", [path for path in GENERATED if path.endswith(".json")])
def test_a_generated_file_is_indented_json_with_a_newline_at_its_end(path: str) -> None:
    text = GENERATED[path]
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("effect", "idempotent", "hints"),
    [
        (Effect.READ, True, {"readOnlyHint": True}),
        (Effect.WRITE, True, {"destructiveHint": False, "idempotentHint": True}),
        (Effect.WRITE, False, {"destructiveHint": False}),
        (Effect.OVERWRITE, True, {"destructiveHint": True, "idempotentHint": True}),
        (Effect.DESTROY, True, {"destructiveHint": True, "idempotentHint": True}),
        (Effect.DESTROY, False, {"destructiveHint": True}),
        (Effect.CREDENTIAL, False, {"destructiveHint": True}),
    ],
)
def test_hints_follow_from_effect_and_idempotence(effect: Effect, *, idempotent: bool, hints: Json) -> None:
    names = [name for name, each in OPERATIONS.items() if (each.effect, each.idempotent) == (effect, idempotent)]
    assert names
    assert {name: manifest(f"tools/{name}.json")["annotations"] for name in names} == dict.fromkeys(names, hints)


def test_a_tool_entry_has_everything_a_client_shows_and_nothing_empty() -> None:
    for name in TOOLS:
        assert list(manifest(f"tools/{name}.json")) == [
            "name",
            "title",
            "description",
            "inputSchema",
            "outputSchema",
            "annotations",
        ]


def test_the_registry_entry_keeps_the_bounds_of_its_schema() -> None:
    """Schema 2025-12-11: lengths, the form of the name, and one exact version."""
    server = manifest("server.json")
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", server["name"])
    assert 3 <= len(server["name"]) <= 200
    assert 1 <= len(server["description"]) <= 100
    assert 1 <= len(server["title"]) <= 100
    assert server["version"] == server["packages"][0]["version"] == __version__


def test_the_registry_entry_launches_the_server_over_stdio_with_uvx() -> None:
    (package,) = manifest("server.json")["packages"]
    assert package["runtimeHint"] == "uvx"
    assert package["transport"] == {"type": "stdio"}
    assert package["packageArguments"] == [{"type": "positional", "value": "serve"}]
    assert (package["registryType"], package["identifier"]) == ("pypi", "cognito-identity-mcp")


def test_the_registry_entry_offers_five_settings_and_every_default_is_the_real_one() -> None:
    variables = manifest("server.json")["packages"][0]["environmentVariables"]
    assert [each["name"] for each in variables] == [
        f"COGNITO_IDENTITY_MCP_{name}" for name in ("PROFILE", "REGION", "READ_ONLY", "LOCAL", "LOG_LEVEL")
    ]
    assert all(each["description"] for each in variables)
    assert {each["name"]: each.get("default") for each in variables if "default" in each} == {
        "COGNITO_IDENTITY_MCP_READ_ONLY": "false",
        "COGNITO_IDENTITY_MCP_LOCAL": "false",
        "COGNITO_IDENTITY_MCP_LOG_LEVEL": "info",
    }
    assert variables[-1]["choices"] == ["debug", "info", "warning", "error"]


def test_the_bundle_has_what_mcpb_0_4_requires() -> None:
    bundle = manifest("mcpb/manifest.json")
    assert bundle["manifest_version"] == "0.4"
    assert {"name", "version", "description", "author", "server"} <= bundle.keys()
    assert bundle["server"].keys() == {"type", "entry_point", "mcp_config"}
    assert bundle["server"]["type"] == "uv"
    assert (ROOT / bundle["server"]["entry_point"]).is_file()
    assert {each["name"] for each in bundle["tools"]} == set(TOOLS)


def test_every_option_of_the_bundle_reaches_the_server_and_has_a_default() -> None:
    """A host leaves the placeholder of an option without value and default as it stands."""
    bundle = manifest("mcpb/manifest.json")
    passed = bundle["server"]["mcp_config"]["env"]
    assert passed == {
        f"COGNITO_IDENTITY_MCP_{name.upper()}": f"${{user_config.{name}}}" for name in bundle["user_config"]
    }
    assert all({"type", "title", "description", "default"} <= each.keys() for each in bundle["user_config"].values())


def test_the_defaults_of_the_bundle_are_those_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, option in manifest("mcpb/manifest.json")["user_config"].items():
        text = str(option["default"]).lower() if option["type"] == "boolean" else option["default"]
        monkeypatch.setenv(f"COGNITO_IDENTITY_MCP_{name.upper()}", text)
    assert load({}) == Settings.model_validate({})


_MCP_SERVERS = [
    ("claude-desktop/claude_desktop_config", "mcpServers"),
    ("claude-code/.mcp", "mcpServers"),
    ("cursor/mcp", "mcpServers"),
    ("vscode/mcp", "servers"),
]


@pytest.mark.parametrize(("path", "key"), _MCP_SERVERS)
def test_a_client_starts_the_server_for_aws_or_the_local_service(path: str, key: str) -> None:
    (aws,) = manifest(f"clients/{path}.json")[key].values()
    (local,) = manifest(f"clients/{path}.local.json")[key].values()
    assert (aws["command"], aws["args"]) == ("uvx", ["cognito-identity-mcp", "serve"])
    assert (local["command"], local["args"]) == ("uvx", ["cognito-identity-mcp", "serve", "--local"])


def test_vs_code_asks_for_what_its_entry_uses() -> None:
    config = manifest("clients/vscode/mcp.json")
    (entry,) = config["servers"].values()
    assert {f"${{input:{each['id']}}}" for each in config["inputs"]} == set(entry["env"].values())


def test_the_inspector_offers_both() -> None:
    servers = manifest("clients/inspector/mcp-inspector.json")["mcpServers"]
    assert {name: entry["args"][1:] for name, entry in servers.items()} == {
        "cognito-identity": ["serve"],
        "cognito-identity-local": ["serve", "--local"],
    }


def test_the_clients_readme_has_the_line_for_claude_code() -> None:
    lines = GENERATED["manifests/clients/README.md"].splitlines()
    assert "claude mcp add cognito-identity -- uvx cognito-identity-mcp serve" in lines


def test_the_readme_table_has_a_row_for_each_tool() -> None:
    rows = readme.readme_table().splitlines()[4:]
    assert [row.split("`")[1] for row in rows] == list(TOOLS)
    by_name = dict(zip(TOOLS, rows, strict=True))
    assert by_name["get_id"].startswith("| `get_id` | write | GetId | no | The identity id")
    assert by_name["list_changes"].startswith("| `list_changes` | read |  |  | Changes")
    assert by_name["patch_identity_pool"].startswith(
        "| `patch_identity_pool` | overwrite | DescribeIdentityPool, GetIdentityPoolRoles, UpdateIdentityPool | yes |"
    )


def test_the_readme_says_which_registry_entry_owns_the_package() -> None:
    """The MCP registry looks for this note on PyPI before it publishes."""
    assert f"<!-- mcp-name: {manifest('server.json')['name']} -->" in (ROOT / "README.md").read_text("utf-8")
