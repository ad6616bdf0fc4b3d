"""Keeping secrets out of sight: one function over typed models whose members are marked secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from cognito_identity_tools.fields import as_model, is_secret, member_annotation, unwrap
from cognito_identity_tools.shapes import Shape

WITHHELD = "(withheld)"

_SHORTEST = 8
"""Characters; what is shorter is a user id of somebody's own sign-in, and might be part of any word."""


def redacted(value: Shape) -> dict[str, Any]:
    """The model as JSON data, by our names, members that were left out absent, every secret value replaced.

    Keys of a map of secrets stay readable where they are names of providers.
    """
    data = value.model_dump(mode="json", exclude_none=True)
    return {name: _redacted(item, member_annotation(type(value), name)) for name, item in data.items()}


def _redacted(value: Any, annotation: Any) -> Any:
    bare, _ = unwrap(annotation)
    if is_secret(annotation):
        return _masked(value)
    model = as_model(bare)
    if model is not None:
        members = cast("dict[str, Any]", value)
        return {name: _redacted(item, member_annotation(model, name)) for name, item in members.items()}
    return value


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return dict.fromkeys(cast("dict[str, Any]", value), WITHHELD)
    return WITHHELD


def without_secrets(text: str, request: Shape) -> str:
    """A text about a request, with the request's secret values replaced: a service may quote what it was sent."""
    for secret in sorted(_secrets(request), key=len, reverse=True):
        text = text.replace(secret, WITHHELD)
    return text


def _secrets(request: Shape) -> Iterator[str]:
    for name in type(request).model_fields:
        if is_secret(member_annotation(type(request), name)):
            values: dict[str, str] = getattr(request, name) or {}
            yield from (value for value in values.values() if len(value) >= _SHORTEST)
