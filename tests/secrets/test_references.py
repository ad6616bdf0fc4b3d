"""Secrets by name: what may be configured, what a model may name, and what is read when."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from blockbuster import blockbuster_ctx
from hypothesis import given, strategies as st

from cognito_identity_mcp.errors import InvalidInput, RequestFailed
from cognito_identity_mcp.secrets import reading
from cognito_identity_mcp.secrets.redaction import redacted, without_secrets
from cognito_identity_mcp.secrets.references import References
from cognito_identity_mcp.settings import PREFIX, SettingsError, load
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.shapes import Shape

VALUE = "Value-Of-The-Secret"
GOOGLE, FACEBOOK = "accounts.google.com", "graph.facebook.com"


@pytest.fixture
def configured(tmp_path: Path) -> Callable[[str], References]:
    """The references that a TOML file with this text configures."""

    def load_from(text: str) -> References:
        file = tmp_path / "settings.toml"
        file.write_text(text)
        return References(load({}, file).secret_sources)

    return load_from


async def resolved(references: References, request: Shape) -> Shape:
    """The request with its values, read without holding up the event loop."""
    with blockbuster_ctx():
        return await references.resolve(request)


def logged_in(**logins: str) -> Shape:
    values = {"identity_id": "us-east-1:1", "logins": {name.replace("_", "."): text for name, text in logins.items()}}
    model: type[Shape] = OPERATIONS["get_credentials_for_identity"].input
    return model.model_validate(values)


FILES = {"value": f"{VALUE}\r\n\n".encode(), "blank": b"\n", "binary": b"\xff\xfe", "long": b"x" * 50_001}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of every kind, and a pipe that nobody writes to."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def command(code: str) -> str:
    """Python code as a source."""
    return f"command = {json.dumps([sys.executable, '-c', code])}"


# What may be configured


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (
            "[secret_sources.a]",
            "secret_sources.a (file {file}): must be a table with exactly one of",
        ),
        ('[secret_sources.a]\nenv = "X"\nfile = "/x"', "secret_sources.a (file {file}): must be a table with exactly"),
        (
            '[secret_sources.a]\nenvironment = "X"',
            "secret_sources.a (file {file}): must be a table with exactly one of",
        ),
        ('[secret_sources]\na = "TheSecretItself"', "secret_sources.a (file {file}): must be a table with exactly one"),
        ('[secret_sources.A]\nenv = "X"', "secret_sources.A (file {file}): a name has lower-case letters, digits, '.'"),
        ('[secret_sources.a]\nfile = "token"', "secret_sources.a.file (file {file}): must be an absolute path, or"),
        ('[secret_sources.a]\ncommand = "op read x"', "secret_sources.a.command (file {file}): must be a list: the"),
        ("[secret_sources.a]\ncommand = []", "secret_sources.a.command (file {file}): must be a list: the program"),
        ('[secret_sources.a]\nenv = ""', "secret_sources.a.env (file {file}): String should have at least 1 character"),
    ],
)
def test_a_source_that_is_none_stops_the_start_and_its_text_is_not_repeated(
    table: str, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(table)
    with pytest.raises(SettingsError) as caught:
        load({}, file)
    assert str(caught.value).startswith(f"Setting {complaint.format(file=file)}")
    assert "TheSecretItself" not in str(caught.value)


def test_the_environment_cannot_configure_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}SECRET_SOURCES", '{"a": {"env": "HOME"}}')
    with pytest.raises(SettingsError, match=r"Unknown in the environment: COGNITO_IDENTITY_MCP_SECRET_SOURCES\."):
        load({})


# What a model may name


@pytest.mark.parametrize("name", ["env:HOME", "file:/etc/passwd", "HOME", "/etc/passwd", "", "a ", "A", "a\n", "../a"])
def test_only_a_configured_name_is_a_reference(name: str, configured: Callable[[str], References]) -> None:
    references = configured('[secret_sources.a]\nenv = "HOME"\n[secret_sources.b]\nfile = "/etc/passwd"')
    request = logged_in(accounts_google_com="secret:a", graph_facebook_com=f"secret:{name}")
    with pytest.raises(InvalidInput) as caught:
        references.check(request)
    rule = "names no configured secret; configured are: a, b"
    assert caught.value.failure.as_dict() == {
        "error": {
            "kind": "invalid_input",
            "code": "InvalidInput",
            "message": "The arguments name 1 secret that this server does not have.",
            "next_step": "Use secret:NAME with a configured name, and call again. Nothing was changed.",
            "retryable": False,
            "problems": [
                {"path": f"logins.{FACEBOOK}", "rule": rule, "text": f"logins.{FACEBOOK}: {rule}"},
            ],
        }
    }


async def test_an_unknown_name_is_refused_again_when_values_are_read(configured: Callable[[str], References]) -> None:
    with pytest.raises(InvalidInput, match="does not have"):
        await resolved(configured(""), logged_in(a="secret:a"))


@given(st.text(min_size=1, max_size=200).filter(lambda text: not text.startswith("secret:")))
async def test_what_is_no_reference_goes_out_as_it_is_and_is_never_shown(text: str) -> None:
    request = logged_in(a=text)
    assert await References({}).resolve(request) == request
    assert redacted(request)["logins"] == {"a": "(withheld)"}


def test_a_reference_is_shown_by_its_name() -> None:
    request = logged_in(a="secret:staging-user", b=VALUE, c=f"secret:{VALUE}", d="secret:" + "a" * 41)
    shown = {"a": "secret:staging-user", "b": "(withheld)", "c": "(withheld)", "d": "(withheld)"}
    assert redacted(request) == {"identity_id": "us-east-1:1", "logins": shown}


# What is read, and when


@pytest.mark.parametrize(
    "source",
    [
        'env = "THE_TOKEN"',
        'file = "{folder}/value"',
        command(f"print('{VALUE}')"),
        command(f"import sys; sys.stderr.write('x' * 100000); sys.stdout.write('{VALUE}')"),
    ],
)
async def test_a_value_takes_the_place_of_its_name_without_the_line_end(
    source: str, configured: Callable[[str], References], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_TOKEN", f"{VALUE}\n")
    references = configured("[secret_sources.a]\n" + source.replace("{folder}", str(folder)))
    request = logged_in(accounts_google_com="secret:a", graph_facebook_com="raw", example_org="secret:a")
    references.check(request)
    sent = await resolved(references, request)
    assert sent == logged_in(accounts_google_com=VALUE, graph_facebook_com="raw", example_org=VALUE)
    assert redacted(request)["logins"] == {GOOGLE: "secret:a", FACEBOOK: "(withheld)", "example.org": "secret:a"}
    assert without_secrets(f"'{VALUE}' is wrong", sent) == "'(withheld)' is wrong"


async def test_a_value_is_read_anew_for_every_call(configured: Callable[[str], References], folder: Path) -> None:
    references = configured(f'[secret_sources.a]\nfile = "{folder}/value"')
    assert await resolved(references, logged_in(a="secret:a")) == logged_in(a=VALUE)
    await anyio.Path(folder / "value").write_bytes(b"another")
    assert await resolved(references, logged_in(a="secret:a")) == logged_in(a="another")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('env = "NOT_THERE"', "the environment variable NOT_THERE is not set"),
        ('env = "EMPTY"', "it is empty"),
        ('file = "{folder}/nothing"', "{folder}/nothing: No such file or directory"),
        ('file = "{folder}"', "{folder}: Is a directory"),
        ('file = "{folder}/pipe"', "{folder}/pipe is no regular file"),
        ('file = "/dev/zero"', "/dev/zero is no regular file"),
        ('file = "{folder}/blank"', "it is empty"),
        ('file = "{folder}/binary"', "it is no UTF-8 text"),
        ('file = "{folder}/long"', "it has more than 50000 bytes"),
        (command("while True: print('x' * 1000)"), "it has more than 50000 bytes"),
        ('command = ["nothing"]', "its command nothing cannot be started: No such file or directory"),
        (
            command(f"import sys; print('{VALUE}'); sys.exit('{VALUE}')"),
            f"its command {sys.executable} ended with status 1; run it by hand to see why",
        ),
    ],
)
async def test_a_value_that_cannot_be_had_is_an_error_and_nothing_is_sent(
    source: str, why: str, configured: Callable[[str], References], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMPTY", "")
    references = configured("[secret_sources.a]\n" + source.replace("{folder}", str(folder)))
    with pytest.raises(RequestFailed) as caught:
        await resolved(references, logged_in(a="secret:a"))
    assert caught.value.failure.as_dict() == {
        "error": {
            "kind": "request",
            "code": "SecretUnavailable",
            "message": f"The secret 'a' could not be read: {why.replace('{folder}', str(folder))}. Nothing was sent.",
            "next_step": ("Tell the user: whoever runs the server has to look at [secret_sources.a] in its TOML file."),
            "retryable": False,
        }
    }


async def test_a_call_that_is_given_up_kills_the_command_and_what_it_started(
    configured: Callable[[str], References], tmp_path: Path
) -> None:
    pipe = tmp_path / "held while the command or its child lives"
    os.mkfifo(pipe)
    words = ["sh", "-c", 'exec 3> "$0"; echo running >&3; sleep 1000 & wait', str(pipe)]
    references = configured(f"[secret_sources.a]\ncommand = {json.dumps(words)}")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(resolved, references, logged_in(a="secret:a"))
        async with await anyio.open_file(pipe) as held:
            assert await held.readline() == "running\n"
            tasks.cancel_scope.cancel()
            with anyio.fail_after(20, shield=True):
                assert await held.read() == ""


async def test_a_command_that_takes_too_long_is_given_up(
    configured: Callable[[str], References], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.1)
    references = configured('[secret_sources.a]\ncommand = ["sleep", "1000"]')
    with pytest.raises(RequestFailed, match=r"could not be read: it did not come within 0\.1 seconds"):
        await resolved(references, logged_in(a="secret:a"))


def test_the_words_of_a_service_lose_a_secret_also_where_they_quote_it_as_json() -> None:
    secret = 'quo"ted\\secret'
    request = logged_in(a=secret, b="short")
    said: dict[str, Any] = {"value": secret}
    assert without_secrets(f"{secret} {json.dumps(said)} short", request) == '(withheld) {"value": "(withheld)"} short'
