"""What a line of the log looks like, on a stderr that is no terminal and for people."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest

from cognito_identity_mcp import logs
from cognito_identity_mcp.logs import EventLog
from cognito_identity_mcp.settings import LogFormat

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
TOKEN = "a secret"


@pytest.fixture(autouse=True)
def _the_log_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_event_is_one_json_object_with_its_facts_first(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    EventLog().info("tool_call", tool="get_id", ms=1.5, aws_request_id=None)
    line = json.loads(capsys.readouterr().err)
    assert re.fullmatch(TIME, line.pop("timestamp"))
    assert line == {
        "tool": "get_id",
        "ms": 1.5,
        "aws_request_id": None,
        "event": "tool_call",
        "logger": "cognito_identity_mcp",
        "level": "info",
    }


def test_what_is_no_unicode_is_logged_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    EventLog().info("listening", file="/srv/\udcff", sent=b"\xff")
    line = json.loads(capsys.readouterr().err)
    assert (line["file"], line["sent"]) == ("/srv/\udcff", "b'\\xff'")


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_warning_about_an_exception_has_no_traceback(
    log_format: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("info", log_format)
    try:
        _crash(TOKEN)
    except ZeroDivisionError:
        logging.getLogger("aiobotocore.credentials").warning("Refreshing failed.", exc_info=True)
    text = capsys.readouterr().err
    told = json.loads(text)["exception"] if log_format == "json" else text.splitlines()[-1]
    assert told == "ZeroDivisionError: division by zero"
    assert "Traceback" not in text


def test_an_exception_is_logged_with_its_traceback_but_without_variables(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("error", "json")
    try:
        _crash(TOKEN)
    except ZeroDivisionError:
        EventLog().exception("tool_crashed", tool="get_id")
    text = capsys.readouterr().err
    line = json.loads(text)
    assert (line["event"], line["level"], line["tool"]) == ("tool_crashed", "error", "get_id")
    assert line["exception"].startswith("Traceback (most recent call last):\n")
    assert line["exception"].splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert TOKEN not in text


def _crash(token: str) -> float:
    return len(token) / 0


def test_for_people_a_line_quotes_what_could_pose_as_another_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning", "text")
    EventLog().info("left_out")
    EventLog().warning("consent_state_rejected", tool="get_id\n2026 [info] \x1b[31mforged")
    quoted = re.escape(r"tool='get_id\n2026 [info] \x1b[31mforged'")
    expected = rf"{TIME} \[warning\] cognito_identity_mcp: consent_state_rejected {quoted}\n"
    assert re.fullmatch(expected, capsys.readouterr().err)


def test_what_libraries_say_below_a_warning_is_left_out_at_every_level(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", "json")
    logging.getLogger("botocore.endpoint").info("Sending %s", "a token")
    logging.getLogger("botocore.endpoint").warning("%s is slow", "AWS")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["logger"], line["level"]) == ("AWS is slow", "botocore.endpoint", "warning")
