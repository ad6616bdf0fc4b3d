"""The canary test: marked secrets on every path through the server; none is found in anything that it leaves behind.

A path is a row of `SESSIONS`, `CALLS` or `WRONG`; a sink is a file below the folder of the session, or a row of
`COMMANDS`. What is new gets a row.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import anyio.to_thread
import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult

from cognito_identity_mcp.cli import program
from cognito_identity_tools.catalogue import OPERATIONS
from tests.interaction.clients import FACEBOOK, Era, Facts, Human, agreeing
from tests.interaction.endpoints import Endpoint, Request, Response, aws_error, endpoint
from tests.interaction.examples import ARGUMENTS, IN, OUT, POOL_ID, as_aws
from tests.interaction.story import Story
from tests.processes import environment, run

from .canaries import Found, canary, files, search, spellings

RAW, MINTED = canary("raw"), canary("minted")
NAMED = {kind: canary(kind) for kind in ("env", "file", "command")}
"""Values that arguments name as `secret:KIND`."""

CANARIES = {"raw": RAW, "minted": MINTED, **NAMED}

TAKERS = [name for name, operation in OPERATIONS.items() if operation.input_secrets]
ISSUERS = [name for name, operation in OPERATIONS.items() if operation.output_secrets]


@dataclass(frozen=True)
class Call:
    """`refused`: AWS answers with an error that quotes the whole request."""

    tool: str
    arguments: Facts
    refused: bool = False


def having(value: Any, secret: str) -> Any:
    """The value with a secret in the place of the examples' canary."""
    return json.loads(json.dumps(value).replace(IN, secret))


def calls() -> Iterator[Call]:
    """Every tool with a secret in the open; those that take one also by every kind of name, and refused by AWS."""
    yield from (Call(tool, having(arguments, RAW)) for tool, arguments in ARGUMENTS.items())
    for tool in TAKERS:
        yield from (Call(tool, having(ARGUMENTS[tool], f"secret:{kind}")) for kind in NAMED)
        yield Call(tool, having(ARGUMENTS[tool], RAW), refused=True)
        yield Call(tool, having(ARGUMENTS[tool], "secret:env"), refused=True)


WRONG: dict[str, Facts] = {
    "no map": {"logins": RAW},
    "a list": {"logins": [RAW]},
    "provider and token swapped": {"logins": {RAW * 3: FACEBOOK}},
    "a map too deep": {"logins": {FACEBOOK: {"token": RAW}}},
    "a name that is none": {"login": {FACEBOOK: RAW}},
    "a token behind the prefix": {"logins": {FACEBOOK: f"secret:{RAW}"}},
    "a variable behind the prefix": {"logins": {FACEBOOK: f"secret:env:{RAW}"}},
    "too many": {"logins": {f"provider{number}": RAW for number in range(11)}},
}
"""Secrets where they do not belong."""

CALLS = (*calls(), *(Call("get_id", {"identity_pool_id": POOL_ID} | wrong) for wrong in WRONG.values()))

SOME_CALLS = (
    *(Call(tool, having(ARGUMENTS[tool], RAW)) for tool in ARGUMENTS),
    *(Call(tool, having(ARGUMENTS[tool], "secret:env")) for tool in TAKERS),
)
"""For sessions that differ from others in one thing only."""


def declining() -> Human:
    return Human(lambda _: ElicitResult(action="decline"))


TRACED = """
import sys
from pathlib import Path

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

provider = TracerProvider()
spans = ConsoleSpanExporter(out=Path(sys.argv.pop(1)).open("w"))
provider.add_span_processor(SimpleSpanProcessor(spans))
trace.set_tracer_provider(provider)
"""
"""The tracing that an operator may set up: every span goes to the file that is named first."""

CRASHING = """
from cognito_identity_mcp.aws.client import AwsCognitoIdentity

call = AwsCognitoIdentity.call


async def crash(self, operation, request):
    answer = await call(self, operation, request)
    if operation.effect != "read":
        raise RuntimeError(f"sent {request!r}, got {answer!r}")
    return answer


AwsCognitoIdentity.call = crash
"""
"""Crashes whenever something was changed, with everything that is known in the words."""

CRASHING_AROUND = """
from cognito_identity_mcp.dispatch import Dispatcher

call = Dispatcher.call


async def crash(self, received):
    answer = await call(self, received)
    raise RuntimeError(f"sent {received.arguments!r}, got {answer!r}")


Dispatcher.call = crash
"""
"""Crashes after every call, where no tool's error handling holds any more."""

CRASHING_ON_A_MODEL = """
from cognito_identity_mcp.dispatch import Dispatcher
from pydantic import TypeAdapter

call = Dispatcher.call


async def crash(self, received):
    await call(self, received)
    answer = TypeAdapter(dict[str, int] | list[int]).validate_python(received.arguments)
    raise AssertionError(answer)


Dispatcher.call = crash
"""
"""Crashes after every call with a ValidationError, whose words show values cut short."""

CRASHING_BEFORE = """
from cognito_identity_mcp import arguments


def crash(tool, given):
    raise RuntimeError(f"sent {given!r}")


arguments.parse = crash
"""
"""Crashes at every call, before anybody knows what in its arguments is secret."""

CRASHED = (b"RuntimeError: sent ", b"ValidationError: ")
"""The words of these crashes."""

SERVING = """
from cognito_identity_mcp.cli import main

main()
"""


@dataclass(frozen=True)
class Session:
    """One life of a server. `human`: None stands for a client that cannot ask. `shows`: what it is configured to.

    `crash`: code that makes it crash.
    """

    human: Human | None = field(default_factory=agreeing)
    era: Era = "auto"
    options: tuple[str, ...] = ()
    crash: str | None = None
    shows: frozenset[str] = frozenset()
    calls: tuple[Call, ...] = SOME_CALLS


SESSIONS = {
    "a human agrees": Session(calls=CALLS),
    "a human agrees on the open connection": Session(era="legacy"),
    "a human declines": Session(declining()),
    "nobody can be asked": Session(None),
    "the policy refuses": Session(options=("--read-only",)),
    "it crashes": Session(crash=CRASHING),
    "it crashes around its tools": Session(crash=CRASHING_AROUND),
    "it crashes around its tools, on the open connection": Session(crash=CRASHING_AROUND, era="legacy"),
    "it crashes on a model": Session(crash=CRASHING_ON_A_MODEL),
    "it crashes before it reads the arguments": Session(crash=CRASHING_BEFORE),
    "secrets are shown": Session(options=("--secrets", "inline"), shows=frozenset({"minted"})),
    "the log is for people": Session(crash=CRASHING, options=("--log-format", "text")),
}

COMMANDS = [
    ("changes", "list", "--limit", "1000"),
    ("changes", "verify"),
    ("approvals", "list"),
    ("grants", "list"),
    ("credentials", "--list"),
]
"""What people can ask about the state of a server; all of it with --state."""


@dataclass
class Place:
    """A folder for one session: what is below `left` is what the server leaves behind."""

    path: Path

    @property
    def left(self) -> Path:
        return self.path / "left"

    @property
    def state(self) -> Path:
        return self.left / "home" / "state"

    @property
    def config(self) -> Path:
        return self.path / "settings.toml"

    @property
    def env(self) -> dict[str, str]:
        return environment(HOME=str(self.left / "home"), CANARY=NAMED["env"])

    def prepare(self) -> None:
        (self.left / "home").mkdir(parents=True)
        (self.path / "secret").write_text(NAMED["file"])
        sources = {
            "env": 'env = "CANARY"',
            "file": f"file = {json.dumps(str(self.path / 'secret'))}",
            "command": f"command = {json.dumps(['printf', '%s', NAMED['command']])}",
        }
        self.config.write_text("\n".join(f"[secret_sources.{name}]\n{source}" for name, source in sources.items()))

    def server(self, session: Session, url: str) -> StdioServerParameters:
        """The server, traced, with everything that it writes to stdout in a file too."""
        script = self.path / "script.py"
        script.write_text(TRACED + (session.crash or "") + SERVING)
        program = (sys.executable, str(script), str(self.left / "traces"))
        options = ("--endpoint-url", url, "--config", str(self.config), "--state", str(self.state))
        words = (*program, "serve", "--log-level", "debug", *options, *session.options)
        copying = 'copy="$1"; shift; "$@" | tee "$copy"'
        arguments = ["-c", copying, "sh", str(self.left / "stdout"), *words]
        return StdioServerParameters(command="sh", args=arguments, env=self.env)


@dataclass
class Aws:
    """Answers with canaries; refuses the calls of one operation, quoting them."""

    refuses: str | None = None

    async def __call__(self, request: Request) -> Response:
        if request.operation == self.refuses:
            return aws_error("NotAuthorizedException", f"Wrong: {request.body}")
        answer = await as_aws(request)
        return Response(json.loads(json.dumps(answer.data).replace(OUT, MINTED)))


async def live(session: Session, place: Place, aws: Aws, url: str) -> list[str]:
    """Makes every call in a session; the results and the questions."""
    with (place.left / "stderr").open("w") as log:
        transport = stdio_client(place.server(session, url), errlog=log)
        async with Client(transport, mode=session.era, elicitation_callback=session.human) as client:
            results = [await _called(client, call, aws) for call in session.calls]
    questions = session.human.questions if session.human else []
    return [*results, *(question.model_dump_json() for question in questions)]


async def _called(client: Client, call: Call, aws: Aws) -> str:
    aws.refuses = OPERATIONS[call.tool].aws_name if call.refused else None
    try:
        return (await client.call_tool(call.tool, call.arguments)).model_dump_json()
    except MCPError as error:
        return error.error.model_dump_json()


def told(place: Place) -> Iterator[tuple[str, bytes]]:
    """What the commands say; in this process, since files and streams of others are looked at anyway."""
    for words in COMMANDS:
        ended = CliRunner().invoke(program, [*words, "--state", str(place.state)])
        assert ended.exit_code == 0, ended.output
        yield " ".join(words), (ended.stdout + ended.stderr).encode()


def sinks(place: Place, heard: list[str]) -> dict[str, bytes]:
    """Everything that a session left behind, by name."""
    return {**dict(told(place)), "results and questions": "\n".join(heard).encode(), **files(place.left)}


@pytest.mark.parametrize("name", SESSIONS)
async def test_no_secret_is_found_in_anything_that_a_server_leaves_behind(name: str, tmp_path: Path) -> None:
    session, place, aws = SESSIONS[name], Place(tmp_path), Aws()
    place.prepare()
    async with endpoint(aws) as fake:
        heard = await live(session, place, aws, fake.url)
    left = await anyio.to_thread.run_sync(sinks, place, heard)
    assert {"stdout", "stderr", "home/state/state.sqlite3", "home/state/key"} <= left.keys()
    assert left["stdout"].count(b"\n") >= len(session.calls)
    assert left["stderr"].count(b"tool_call") >= len(session.calls)
    assert traced_calls(left["traces"]) >= len(session.calls)
    assert any(words in left["stderr"] for words in CRASHED) == (session.crash is not None)
    shown = {Found(sink, each) for sink in ("stdout", "results and questions") for each in session.shows}
    assert set(search(left, CANARIES)) == shown
    if session == SESSIONS["a human agrees"]:
        assert went_out(fake) == {"raw", *NAMED}


def traced_calls(spans: bytes) -> int:
    """How many calls of tools have a span."""
    return spans.count(b'"mcp.method.name": "tools/call"')


def went_out(fake: Endpoint) -> set[str]:
    """The canaries that reached AWS."""
    return {name for name, value in CANARIES.items() if any(value in request.body for request in fake.requests)}


async def test_no_secret_that_the_local_service_made_is_found_either(local_service: str, tmp_path: Path) -> None:
    place, session = Place(tmp_path), Session(options=("--secrets", "handoff"))
    place.prepare()
    with (place.left / "stderr").open("w") as log:
        transport = stdio_client(place.server(session, local_service), errlog=log)
        async with Client(transport, elicitation_callback=session.human) as client:
            story = Story(client)
            await story.tell()
    results = [result for tool in ISSUERS for result in story.results[tool]]
    made = {result["handoff"]["handle"]: result for result in results}
    secrets = {f"{handle} {name}": value for handle in made for name, value in fetched(handle, place).items()}
    assert len(secrets) == len(results) + len(story.results["get_credentials_for_identity"])
    left = await anyio.to_thread.run_sync(sinks, place, [json.dumps(results)])
    assert traced_calls(left["traces"]) >= len(results)
    assert search(left, secrets) == []


def fetched(handle: str, place: Place) -> dict[str, str]:
    """The secrets behind a handle."""
    words = ("credentials", handle, "--format", "json", "--state", str(place.state))
    printed = cast("dict[str, str]", json.loads(run(*words, env=place.env).stdout))
    return {name: value for name, value in printed.items() if name in {"SecretAccessKey", "SessionToken", "Token"}}


@pytest.mark.parametrize("around", [b"%s", b'{"token": "%s"}', b"x%s", b"xx%s"])
def test_the_search_finds_a_canary_in_every_spelling(around: bytes) -> None:

    whole = around % RAW.encode()
    hidden: Mapping[str, bytes] = {
        "text": whole,
        "hex": whole.hex().encode(),
        "base64": b64encode(whole),
        "base64url": urlsafe_b64encode(whole),
        "utf-16": whole.decode().encode("utf-16-le"),
    }
    assert {found.sink for found in search(hidden, {"raw": RAW})} == hidden.keys()
    assert search({"other": b"".join(hidden.values())}, {"minted": MINTED}) == []
    assert len(set(spellings(RAW))) >= 6


def test_the_calls_reach_every_tool_and_every_kind_of_source() -> None:
    assert {call.tool for call in CALLS} == OPERATIONS.keys()
    assert all(f"secret:{kind}" in json.dumps([call.arguments for call in CALLS]) for kind in NAMED)
