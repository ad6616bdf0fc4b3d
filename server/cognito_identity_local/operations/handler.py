"""The type of an operation's function, and the check that it was given its own request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cognito_identity_local.answers import Kept
from cognito_identity_local.context import Call
from cognito_identity_tools.shapes import Shape

Handler = Callable[[Call, Shape], Shape | Kept]

T = TypeVar("T", bound=Shape)


def handler(request_type: type[T], run: Callable[[Call, T], Shape | Kept]) -> Handler:
    """`run` as a handler for any request, refusing those of another operation."""

    def checked(call: Call, request: Shape) -> Shape | Kept:
        if not isinstance(request, request_type):
            raise TypeError(f"expected {request_type.__name__}, got {type(request).__name__}")
        return run(call, request)

    return checked
