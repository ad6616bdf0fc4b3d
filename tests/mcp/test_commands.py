"""The commands as processes: how they start, what they print, how they end."""

from __future__ import annotations

import json
import shlex
import signal
import socket
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import click
import pytest
from click.testing import CliRunner, Result

from cognito_identity_mcp.cli import COMMANDS, program
from tests.processes import (
    LOCAL,
    PROGRAM,
    Process,
    environment,
    local_url,
    mcp_url,
    pasted,
    pipe,
    run,
    started,
)

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
SOON = 2
"""Seconds in which a server has to end."""


def tell(process: Process, message: Any) -> None:
    tell_bytes(process, json.dumps(message).encode())


def tell_bytes(process: Process, line: bytes) -> None:
    stdin: IO[bytes] = pipe(process.stdin)
    stdin.write(line + b"\n")
    stdin.flush()


def heard(process: Process) -> Any:
    return json.loads(pipe(process.stdout).readline())


def greet(process: Process) -> None:
    tell(process, HELLO)
    assert heard(process)["id"] == 1


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, "EOF"])
def test_a_stdio_server_ends_with_status_0_soon_after_its_client_left_or_a_signal(end: signal.Signals | str) -> None:
    with started("serve", *LOCAL) as process:
        greet(process)
        if isinstance(end, signal.Signals):
            process.send_signal(end)
        else:
            pipe(process.stdin).close()
        assert process.wait(SOON) == 0
        assert pipe(process.stdout).read() == b""
        assert b"Traceback" not in pipe(process.stderr).read()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, "EOF"])
def test_a_call_in_flight_does_not_hold_up_the_end(end: signal.Signals | str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as never_answers:
        url = f"http://127.0.0.1:{never_answers.getsockname()[1]}"
        with started("serve", "--endpoint-url", url) as process:
            greet(process)
            call: dict[str, Any] = {"name": "list_identity_pools", "arguments": {}}
            tell(process, {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call})
            never_answers.settimeout(10)
            connection, _ = never_answers.accept()
            with connection:
                if isinstance(end, signal.Signals):
                    process.send_signal(end)
                else:
                    pipe(process.stdin).close()
                assert process.wait(SOON) == 0


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_an_http_server_ends_with_status_0_on_a_signal_even_right_after_its_start(end: signal.Signals) -> None:
    with started("serve", "--transport", "http", "--port", "0", *LOCAL) as process:
        mcp_url(process)
        process.send_signal(end)
        assert process.wait(SOON) == 0
        assert b"Traceback" not in pipe(process.stderr).read()


def test_a_line_that_is_no_message_is_answered_and_the_connection_lives_on() -> None:
    with started("serve", *LOCAL) as process:
        for line, code in [
            (b"garbage", -32700),
            (b'{"jsonrpc": "2.0"', -32700),
            (b'{"hello": 1}', -32600),
            (b"[]", -32600),
            (b"\xff\xfe", -32700),
            (b"x" * (17 * 1024 * 1024), -32600),
        ]:
            tell_bytes(process, line)
            answer = heard(process)
            assert (answer["id"], answer["error"]["code"]) == (None, code)
        greet(process)


@pytest.mark.parametrize(
    ("tool", "arguments", "path"),
    [
        ("describe_identity_pool", {"\ud800": "x"}, "\\ud800"),
        ("get_id", {"identity_pool_id": "us-east-1:0", "logins": {"graph.facebook.com": "canary \ud800"}}, "logins"),
        ("tag_resource", {"resource_arn": "arn", "tags": {"\udc00": "x"}}, "tags"),
        ("untag_resource", {"resource_arn": "arn", "tag_keys": ["\udc00"]}, "tag_keys"),
    ],
)
def test_half_a_surrogate_pair_over_http_is_wrong_input(tool: str, arguments: dict[str, Any], path: str) -> None:
    with started("serve", "--transport", "http", "--port", "0", *LOCAL) as process:
        error = posted(mcp_url(process), tool, arguments)["result"]["structuredContent"]["error"]
    assert (error["code"], error["problems"]) == (
        "InvalidInput",
        [
            {
                "path": path,
                "rule": "must be Unicode text",
                "text": f"{path}: must be Unicode text; half of a surrogate pair is in it",
            }
        ],
    )


def posted(url: str, tool: str, arguments: dict[str, Any]) -> Any:
    """The answer to a call of the protocol of 2026, which needs no session."""
    about = {"protocolVersion": "2026-07-28", "clientInfo": {"name": "test", "version": "1"}, "clientCapabilities": {}}
    meta = {f"io.modelcontextprotocol/{name}": value for name, value in about.items()}
    params = {"name": tool, "arguments": arguments, "_meta": meta}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": tool,
    }
    with urlopen(Request(url, json.dumps(message).encode(), headers)) as answer:  # noqa: S310 - our own server
        *_, data = answer.read().decode().strip().splitlines()
    return json.loads(data.removeprefix("data: "))


def test_an_http_server_is_healthy_and_refuses_foreign_hosts_and_origins() -> None:
    with started("serve", "--transport", "http", "--port", "0", *LOCAL) as process:
        url = mcp_url(process)
        with urlopen(url.replace("/mcp", "/health"), timeout=5) as answer:  # noqa: S310 - our own server
            assert (answer.status, json.load(answer)) == (200, {"status": "ok"})
        for header, status in [({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403)]:
            with pytest.raises(HTTPError) as caught:
                urlopen(Request(url, json.dumps(HELLO).encode(), _HEADERS | header), timeout=5)  # noqa: S310
            caught.value.close()
            assert caught.value.code == status


_HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


def test_a_port_that_is_taken_ends_serve_with_a_clear_message_and_status_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = run("serve", "--transport", "http", "--port", str(port), *LOCAL)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another --port, or 0." in ended.stderr


def test_local_prints_its_address_and_is_healthy() -> None:
    with started("local", "--port", "0") as process:
        with urlopen(f"{local_url(process)}/health", timeout=5) as answer:  # noqa: S310 - our own server
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(SOON) == 0


def test_the_demo_ends_well_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ended = run("demo", env=environment(HOME=str(tmp_path), TMPDIR=str(tmp_path)), folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Everything the demo made is deleted again." in ended.stdout
    assert list(tmp_path.iterdir()) == []


CHATTY = """
import os
import subprocess

from cognito_identity_mcp import dispatch
from cognito_identity_mcp.cli import main

parse = dispatch.arguments.parse


def chat(*given):
    print("stray print", flush=True)
    os.write(1, b"stray bytes\\n")
    subprocess.run(["echo", "stray child"], check=True)
    return parse(*given)


dispatch.arguments.parse = chat
main()
"""


def test_what_strays_to_stdout_does_not_break_the_protocol(tmp_path: Path) -> None:
    script = tmp_path / "chatty.py"
    script.write_text(CHATTY)
    with started("serve", *LOCAL, program=(sys.executable, str(script))) as process:
        greet(process)
        call: dict[str, Any] = {"name": "list_identity_pools", "arguments": {}}
        tell(process, {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call})
        answer = heard(process)
        assert (answer["id"], answer["result"]["structuredContent"]) == (2, {"identity_pools": []})
        pipe(process.stdin).close()
        assert process.wait(SOON) == 0
        assert pipe(process.stdout).read() == b""
        logged = pipe(process.stderr).read().decode().splitlines()
    assert [line for line in logged if "stray" in line] == ["stray print", "stray bytes", "stray child"]


# From here on in this process: what another process would add is the same for all.


@pytest.fixture
def log_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands set up the log of their process; here it is the tests'."""

    def leave(*_: object) -> None:
        pass

    monkeypatch.setattr("cognito_identity_mcp.logs.configure", leave)


def entered(command: str, *words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(program, [command, *words], input=stdin, prog_name="cognito-identity-mcp")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    ended = entered(command, "--help")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"Usage: cognito-identity-mcp {command} ")


def every_page() -> Iterator[tuple[str, ...]]:
    """The words before `--help`, for each command and each of a group."""
    yield ()
    for name in COMMANDS:
        yield (name,)
        command = program.get_command(click.Context(program), name)
        yield from ((name, each) for each in (command.commands if isinstance(command, click.Group) else ()))


@pytest.mark.parametrize("words", list(every_page()), ids=" ".join)
def test_help_fits_a_terminal_of_80_columns_and_describes_each_command_whole(words: tuple[str, ...]) -> None:
    ended = CliRunner().invoke(program, [*words, "--help"], prog_name="cognito-identity-mcp", env={"COLUMNS": "80"})
    lines = ended.stdout.splitlines()
    assert ended.exit_code == 0
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in lines if line.endswith("...") and not line.startswith("Usage: ")] == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("serve", "--preset", "x"), "'--preset': 'x' is not one of 'observer', 'operator', 'administrator'."),
        (("serve", "--wait", "x"), "'--wait': 'x' is not a valid float."),
        (("changes", "list", "--limit", "0"), "'--limit': 0 is not in the range 1<=x<=1000."),
    ],
)
def test_a_wrong_option_is_told_in_plain_words(words: tuple[str, ...], problem: str) -> None:
    ended = entered(*words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1] == f"Error: Invalid value for {problem}"


def test_a_command_that_is_almost_right_is_told() -> None:
    ended = entered("serv")
    assert (ended.exit_code, ended.stderr.splitlines()[-1]) == (
        2,
        "Error: No such command 'serv'. Did you mean 'serve'?",
    )


def test_a_folder_that_is_made_for_the_data_is_told(tmp_path: Path) -> None:
    file = tmp_path / "new" / "local.sqlite3"
    with started("local", "--port", "0", "--data", str(file)) as process:
        assert local_url(process).startswith("http://")
        assert pipe(process.stderr).readline().decode() == f"Made the folder {tmp_path / 'new'} for the data.\n"


def test_serving_from_a_path_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    ended = run("serve", "--local", "--data", str(tmp_path / "a" / "b" / "local.sqlite3"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"there is no folder {tmp_path / 'a'}. " in ended.stderr
    assert not (tmp_path / "a").exists()


def test_the_default_folder_is_made_in_an_empty_home(tmp_path: Path) -> None:
    env = {name: value for name, value in environment(HOME=str(tmp_path)).items() if not name.startswith("XDG_")}
    ended = run("call", "list_identity_pools", "--local", env=env)
    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"identity_pools": []})
    assert [file.name for file in tmp_path.rglob("local.sqlite3")] == ["local.sqlite3"]


def in_shell(words: str) -> tuple[int, str, str]:
    """Status, stdout and stderr of the program with words and redirections of a shell."""
    done = pasted(f"{shlex.join(PROGRAM)} {words}")
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_output_that_cannot_be_written_is_told_without_a_traceback() -> None:
    assert in_shell("--help > /dev/full") == (
        1,
        "",
        "cognito-identity-mcp: Cannot write the output: No space left on device. What was asked for may be done.\n",
    )


@pytest.mark.parametrize(
    ("closed", "out"),
    [
        ("<&-", '{\n  "identity_pools": []\n}\n'),
        ("2>&-", '{\n  "identity_pools": []\n}\n'),
        (">&-", ""),
        ("<&- >&- 2>&-", ""),
    ],
)
def test_closed_streams_do_not_stop_a_command(closed: str, out: str) -> None:
    assert in_shell(f"call list_identity_pools {' '.join(LOCAL)} {closed}") == (0, out, "")


def test_it_says_which_version_it_is() -> None:
    ended = run("--version")
    assert (ended.returncode, ended.stdout) == (0, f"cognito-identity-mcp {version('cognito-identity-mcp')}\n")


@pytest.mark.parametrize(
    ("words", "completions"),
    [
        ("chan", ["changes"]),
        ("changes ", ["list", "show", "verify"]),
        ("serve --preset o", ["observer", "operator"]),
        ("call --endpoint", ["--endpoint-url"]),
    ],
)
def test_a_shell_completes_commands_options_and_choices(words: str, completions: list[str]) -> None:
    typed = f"cognito-identity-mcp {words}"
    asked = {
        "COMP_WORDS": typed,
        "COMP_CWORD": str(typed.count(" ")),
        "_COGNITO_IDENTITY_MCP_COMPLETE": "bash_complete",
    }
    ended = CliRunner().invoke(program, [], prog_name="cognito-identity-mcp", env=asked)
    assert (ended.exit_code, ended.stdout.split()) == (0, [f"plain,{each}" for each in completions])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_asks_this_program(shell: str) -> None:
    shown = run("--show-completion", env=environment(SHELL=f"/usr/bin/{shell}"))
    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"_COGNITO_IDENTITY_MCP_COMPLETE={shell}_complete" in shown.stdout


def test_another_shell_is_told_which_ones_there_are() -> None:
    shown = run("--show-completion", env=environment(SHELL="/bin/tcsh"))
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.endswith("'tcsh'. Set SHELL to one of bash, zsh, fish.\n")


@pytest.mark.usefixtures("log_stays")
@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["list_identity_pools", "max_results=1"], 0, None),
        (["list_identity_pools", '{"max_results": 1}'], 0, None),
        (["list_identity_pools", "-"], 0, None),
        (["list_identity_pools", "max_results=0"], 2, "InvalidInput"),
        (
            ["untag_resource", "resource_arn=arn:aws:iam::123456789012:role/x", 'tag_keys=["x"]', "--read-only"],
            3,
            "RefusedByPolicy",
        ),
        (["describe_identity_pool", "identity_pool_id=us-east-1:0-0"], 4, "ResourceNotFoundException"),
    ],
)
def test_call_prints_json_and_ends_with_the_status_of_its_outcome(
    arguments: list[str], status: int, code: str | None
) -> None:
    ended = entered("call", *arguments, *LOCAL, stdin='{"max_results": 1}')
    data = json.loads(ended.stdout)
    assert ended.exit_code == status
    assert data == {"identity_pools": []} if code is None else data["error"]["code"] == code


@pytest.mark.usefixtures("log_stays")
def test_call_ends_with_1_when_this_program_crashed(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cognito_identity_mcp.dispatch.arguments.parse", crash)
    ended = entered("call", "list_identity_pools", *LOCAL)
    assert (ended.exit_code, json.loads(ended.stdout)["error"]["code"]) == (1, "InternalError")


@pytest.mark.usefixtures("log_stays")
def test_call_ends_with_5_when_no_answer_came() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    ended = entered("call", "get_id", "identity_pool_id=us-east-1:0-0", "--endpoint-url", f"http://127.0.0.1:{port}")
    assert (ended.exit_code, json.loads(ended.stdout)["error"]["code"]) == (5, "Unreachable")


@pytest.mark.usefixtures("log_stays")
@pytest.mark.parametrize("arguments", [["nonsense"], ["get_id", "word"], ["get_id", "{"], ["get_id", "-"]])
def test_call_refuses_words_that_are_no_call(arguments: list[str]) -> None:
    ended = entered("call", *arguments, *LOCAL, stdin="[]")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("cognito-identity-mcp: ")


@pytest.mark.parametrize(
    "arguments", [["max_results=1", "max_results=2"], ['{"max_results": 1, "max_results": 2}']], ids=["pairs", "JSON"]
)
def test_call_does_not_choose_between_two_values(arguments: list[str]) -> None:
    ended = entered("call", "list_identity_pools", *arguments, *LOCAL)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == (
        "cognito-identity-mcp: max_results is given twice. Give it once; several values are a JSON array.\n"
    )


@pytest.mark.usefixtures("log_stays")
def test_a_table_can_be_had_outside_a_terminal_and_says_its_errors_on_stderr() -> None:
    found = entered("call", "list_identity_pools", "--table", *LOCAL)
    assert (found.exit_code, found.stdout.split()) == (0, ["identity_pools", "[]"])
    refused = entered("call", "get_id", "--table", *LOCAL)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("InvalidInput: get_id was not called: 1 problem in its arguments.\n")


def test_a_call_logs_what_the_environment_says_and_warnings_by_itself() -> None:
    words = ("call", "list_identity_pools", *LOCAL)
    assert run(*words).stderr == ""
    told = run(*words, env=environment(COGNITO_IDENTITY_MCP_LOG_LEVEL="info")).stderr
    lines = [json.loads(line) for line in told.splitlines()]
    assert [(line["event"], line["outcome"]) for line in lines] == [("tool_call", "done")]
