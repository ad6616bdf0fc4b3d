"""Keeping secrets out of sight: one walk over typed models whose members are marked secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

from cognito_identity_mcp.secrets.sources import is_reference
from cognito_identity_tools.fields import as_model, is_secret, member_annotation, unwrap
from cognito_identity_tools.shapes import Shape

WITHHELD = "(withheld)"

_SHORTEST = 8
"""Characters; what is shorter is a user id of somebody's own sign-in, and might be part of any word."""

Rewriting = Callable[[str], str]


def redacted(value: Shape) -> dict[str, Any]:
    """The model as JSON data, by our names, members that were left out absent, every secret value replaced.

    Keys of a map of secrets stay readable where they are names of providers; references (`secret:NAME`) are names too.
    """
    return rewritten(value, _masked)


def _masked(text: str) -> str:
    return text if is_reference(text) else WITHHELD


def rewritten(value: Shape, rewriting: Rewriting) -> dict[str, Any]:
    """The model as JSON data, by our names, members that were left out absent, every secret text rewritten."""
    data = value.model_dump(mode="json", exclude_none=True)
    return _members(data, type(value), rewriting)


def _members(data: dict[str, Any], model: Any, rewriting: Rewriting) -> dict[str, Any]:
    return {name: _rewritten(item, member_annotation(model, name), rewriting) for name, item in data.items()}


def _rewritten(value: Any, annotation: Any, rewriting: Rewriting) -> Any:
    bare, _ = unwrap(annotation)
    if is_secret(annotation):
        return _texts(value, rewriting)
    model = as_model(bare)
    return value if model is None else _members(value, model, rewriting)


def _texts(value: Any, rewriting: Rewriting) -> Any:
    if isinstance(value, dict):
        return {key: _texts(item, rewriting) for key, item in cast("dict[str, Any]", value).items()}
    return rewriting(cast("str", value))


def without_secrets(text: str, sent: Shape) -> str:
    """A text about a request, with the request's secret values replaced: a service may quote what it was sent.

    `sent` is the request as it went out, its references resolved.
    """
    for secret in sorted(_spellings(sent), key=len, reverse=True):
        text = text.replace(secret, WITHHELD)
    return text


def _spellings(sent: Shape) -> Iterator[str]:
    """Every secret value as it is, and as it stands inside JSON."""
    for secret in secret_texts(sent):
        if len(secret) >= _SHORTEST:
            yield secret
            yield json.dumps(secret)[1:-1]


def secret_texts(value: Shape) -> list[str]:
    """All secret values in a model, in order; references are among them."""
    found: list[str] = []

    def remember(text: str) -> str:
        found.append(text)
        return text

    rewritten(value, remember)
    return found
