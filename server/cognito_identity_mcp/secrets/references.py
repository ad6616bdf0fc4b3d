"""Secrets taken in by name: `secret:NAME` in the place of a token stands for what the operator configured under NAME.

The name is all that a model, a question, the policy or the record ever sees; the value is read at the moment of
execution. Nothing that a model writes leads to another place: an unknown name is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from cognito_identity_mcp.advice import Advice
from cognito_identity_mcp.errors import InvalidInput, RequestFailed, problem
from cognito_identity_mcp.secrets import in_flight
from cognito_identity_mcp.secrets.reading import Unreadable, read
from cognito_identity_mcp.secrets.redaction import rewritten, secret_texts
from cognito_identity_mcp.secrets.sources import PREFIX, SecretSource
from cognito_identity_tools.fields import secret_members
from cognito_identity_tools.shapes import Shape

UNAVAILABLE = "SecretUnavailable"
"""Code of a call whose secret could not be read: nothing was sent."""


@dataclass(frozen=True)
class References:
    """The configured secrets, by name."""

    sources: Mapping[str, SecretSource]

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order of the alphabet. They are no secrets."""
        return tuple(sorted(self.sources))

    def check(self, request: Shape) -> None:
        """Reads nothing.

        Raises:
            InvalidInput: the request names a secret that is not configured.
        """
        problems = tuple(self._problem(path) for path, text in _placed(request) if self._is_unknown(text))
        if problems:
            raise _unknown(problems)

    def _is_unknown(self, text: str) -> bool:
        return text.startswith(PREFIX) and text.removeprefix(PREFIX) not in self.sources

    def _problem(self, path: str) -> dict[str, Any]:
        # The name that was given is not repeated: it may be a token that somebody put behind the prefix.
        known = ", ".join(self.names) or "none; the server's operator adds them to its TOML file"
        rule = f"names no configured secret; configured are: {known}"
        return problem(path, rule)

    async def resolve(self, request: Shape) -> Shape:
        """The request with every reference replaced by its value, which takes up to ten seconds for each.

        Raises:
            InvalidInput: the request names a secret that is not configured.
            RequestFailed: a value cannot be read, or is empty; nothing was sent.
        """
        self.check(request)
        wanted = dict.fromkeys(text for text in secret_texts(request) if text.startswith(PREFIX))
        if not wanted:
            return request
        values = {text: await self._value(text.removeprefix(PREFIX)) for text in wanted}
        resolved = type(request).model_validate(rewritten(request, lambda text: values.get(text, text)))
        in_flight.saw(resolved)
        return resolved

    async def _value(self, name: str) -> str:
        try:
            return await read(self.sources[name])
        except Unreadable as error:
            raise _unavailable(name, error) from None


def _placed(request: Shape) -> Iterator[tuple[str, str]]:
    """Every secret value of a request with its path, as `logins.graph.facebook.com`."""
    for name in type(request).model_fields:
        if name in secret_members(type(request)):
            values = cast("dict[str, str]", getattr(request, name) or {})
            yield from ((f"{name}.{key}", value) for key, value in values.items())


def _unknown(problems: tuple[dict[str, Any], ...]) -> InvalidInput:
    count = "1 secret" if len(problems) == 1 else f"{len(problems)} secrets"
    message = f"The arguments name {count} that this server does not have."
    return InvalidInput.of(message, f"Use {PREFIX}NAME with a configured name, and call again.", problems)


def _unavailable(name: str, error: Unreadable) -> RequestFailed:
    message = f"The secret {name!r} could not be read: {error}. Nothing was sent."
    step = f"Tell the user: whoever runs the server has to look at [secret_sources.{name}] in its TOML file."
    return RequestFailed.of(UNAVAILABLE, message, Advice(step))
