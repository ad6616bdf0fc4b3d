"""Starting `serve` and listing its tools needs little; the rest is there from the first call on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.processes import LOCAL, environment, pipe, started

from .test_commands import SOON, greet, heard, tell

TELLTALE = """
import atexit
import sys
from pathlib import Path

from cognito_identity_mcp.cli import main

atexit.register(lambda: Path(__file__).with_name("loaded").write_text("\\n".join(sys.modules)))
main()
"""
AT_THE_FIRST_CALL = {
    "aioboto3",
    "cognito_identity_mcp.calls",
    "cognito_identity_mcp.conduct",
    "cognito_identity_mcp.dispatch",
    "cognito_identity_mcp.policy.document",
    "cognito_identity_mcp.toolbox",
    "cognito_identity_tools.catalogue",
    "cognito_identity_tools.schema",
    "rich",
    "sqlalchemy",
}


def test_the_tools_are_listed_before_what_runs_them_is_loaded(tmp_path: Path) -> None:
    script = tmp_path / "telltale.py"
    script.write_text(TELLTALE)
    env = environment(XDG_STATE_HOME=str(tmp_path))
    with started("serve", env=env, program=(sys.executable, str(script))) as process:
        greet(process)
        tell(process, {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}})
        assert "get_id" in [tool["name"] for tool in heard(process)["result"]["tools"]]
        pipe(process.stdin).close()
        assert process.wait(SOON) == 0
    assert AT_THE_FIRST_CALL & set((tmp_path / "loaded").read_text().splitlines()) == set()


def test_calls_that_come_at_once_right_after_the_start_are_all_answered() -> None:
    call: dict[str, Any] = {"name": "list_identity_pools", "arguments": {}}
    with started("serve", *LOCAL) as process:
        greet(process)
        for number in range(10, 20):
            tell(process, {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call})
        answers = [heard(process) for _ in range(10)]
    results = {answer["id"]: answer["result"]["structuredContent"] for answer in answers}
    assert results == {number: {"identity_pools": []} for number in range(10, 20)}
