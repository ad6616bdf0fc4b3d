"""Logs on stderr, a line for each event: its name and its facts. stdout belongs to the protocol.

The standard library's logging is all they need: structlog loads rich, a tenth of a server's start, and takes three
times as long for a line.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from cognito_identity_mcp.secrets import in_flight
from cognito_identity_mcp.settings import LogFormat, LogLevel

_QUIET = (
    "mcp",
    "uvicorn",
    "botocore",
    "aiobotocore",
    "boto3",
    "aioboto3",
    "aiohttp",
    "asyncio",
    "alembic",
    "cognito_identity_local.requests",  # each call is a line of our own
)
"""Never below warning: their debug lines hold messages and requests with tokens in them."""


class EventLog:
    """Events by name, each with its facts. What formats the lines is the handlers' business."""

    def __init__(self, name: str = "cognito_identity_mcp") -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, **facts: object) -> None:
        self._logger.info(event, extra={"facts": facts})

    def warning(self, event: str, **facts: object) -> None:
        self._logger.warning(event, extra={"facts": facts})

    def error(self, event: str, **facts: object) -> None:
        self._logger.error(event, extra={"facts": facts})

    def exception(self, event: str, **facts: object) -> None:
        """With the traceback of the exception that is being handled."""
        self._logger.exception(event, extra={"facts": facts})


class JsonLines(logging.Formatter):
    """One JSON object: the facts, event, logger, level, timestamp, and the traceback as text, without variables."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            **_facts(record),
            "event": record.getMessage(),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": _timestamp(record),
        }
        if crash := _crash(record, self):
            line["exception"] = in_flight.crash_without(crash)
        return in_flight.without(_as_json(line))


class TextLines(logging.Formatter):
    """For people. Facts are quoted, so that none can pose as a line of its own or steer the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {name}={value!r}" for name, value in _facts(record).items())
        line = f"{_timestamp(record)} [{record.levelname.lower()}] {record.name}: {record.getMessage()}{facts}"
        crash = _crash(record, self)
        return in_flight.without(line) + in_flight.crash_without(f"\n{crash}" if crash else "")


_as_json = json.JSONEncoder(default=repr).encode
"""`json.dumps` would make an encoder for each line; pydantic's refuses what is no Unicode, as in names of files."""


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    return getattr(record, "facts", {})


def _crash(record: logging.LogRecord, formatter: logging.Formatter) -> str:
    """An error's traceback; of a warning (the AWS SDK's, about a sign-in that is over) only its last line."""
    if not record.exc_info:
        return ""
    lines = formatter.formatException(record.exc_info)
    return lines if record.levelno >= logging.ERROR else lines.rpartition("\n")[2]


def _timestamp(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def configure(level: LogLevel, log_format: LogFormat = "auto") -> None:
    """Sends this process's logs, ours and the libraries', to stderr: a line each, text in a terminal, else JSON."""
    is_text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines() if is_text else JsonLines())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()]))
