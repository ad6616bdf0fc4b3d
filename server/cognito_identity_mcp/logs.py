"""Structured logs on stderr; stdout belongs to the protocol."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

from cognito_identity_mcp.settings import LogFormat, LogLevel

_QUIET = ("mcp", "uvicorn", "botocore", "aiobotocore", "boto3", "aioboto3", "aiohttp", "asyncio")
"""Never below warning: their debug lines hold messages and requests with tokens in them."""


def configure(level: LogLevel, log_format: LogFormat = "auto") -> None:
    """Sends this process's logs, ours and the libraries', to stderr: a line each, text in a terminal, else JSON."""
    shared: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_rendering(log_format))
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()]))


def _console() -> Processor:
    # Tracebacks without local variables: those may hold secrets.
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _rendering(log_format: LogFormat) -> list[Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if log_format == "text" or (log_format == "auto" and sys.stderr.isatty()):
        return [strip, _console()]
    return [strip, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
