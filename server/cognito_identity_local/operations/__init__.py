"""What each operation does: the area modules bear the names of those in the catalogue."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from cognito_identity_local.operations.handler import Handler
from cognito_identity_tools.operation import Operation


def handler_of(operation: Operation) -> Handler:
    return _handlers(operation.input.__module__)[operation.name]


@cache
def _handlers(catalogued: str) -> dict[str, Handler]:
    """Of the area of that name here, imported with the first call of one of its operations: starting must be quick."""
    area = catalogued.rpartition(".")[2]
    handlers: dict[str, Handler] = import_module(f"{__name__}.{area}").HANDLERS
    return handlers
