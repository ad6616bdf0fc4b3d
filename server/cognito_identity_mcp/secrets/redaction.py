"""Keeping secrets out of sight: one walk over typed models whose members are marked secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from cognito_identity_mcp.secrets.sources import is_reference
from cognito_identity_tools.fields import (
    as_model,
    is_secret,
    member_annotation,
    member_model,
    secret_members,
    secret_tails,
    unwrap,
)
from cognito_identity_tools.shapes import Shape

WITHHELD = "(withheld)"

_SHORTEST = 8
"""Characters; what is shorter is a user id of somebody's own sign-in, and might be part of any word."""

Rewriting = Callable[[str], str]


def redacted(value: Shape) -> dict[str, Any]:
    """The model as JSON data, by our names, members that were left out absent, every secret value replaced.

    Keys of a map of secrets stay readable where they are names of providers; references (`secret:NAME`) are names too.
    The apps of Twitter and Digits keep their key and lose their secret (§2).
    """
    return without_tails(rewritten(value, _name_or_mask), type(value))


def without_tails(data: dict[str, Any], model: Any) -> dict[str, Any]:
    """The JSON data of a model without the secret parts of values, also in models inside it."""
    return {name: _without_tail(item, model, name) for name, item in data.items()}


def _without_tail(value: Any, model: Any, name: str) -> Any:
    separator = secret_tails(model).get(name)
    if separator is not None:
        return {key: _head(text, separator) for key, text in value.items()}
    nested = member_model(model, name)
    return value if nested is None else without_tails(value, nested)


def _head(text: str, separator: str) -> str:
    head, found, _ = text.partition(separator)
    return f"{head}{found}{WITHHELD}" if found else text


def _name_or_mask(text: str) -> str:
    return text if is_reference(text) else WITHHELD


def rewritten(value: Shape, rewriting: Rewriting) -> dict[str, Any]:
    """The model as JSON data, by our names, members that were left out absent, every secret text rewritten."""
    data = value.model_dump(mode="json", exclude_none=True)
    return _members(data, type(value), rewriting) if secret_members(type(value)) else data


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
    return masked(text, secret_texts(sent))


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text with each of these values replaced, as they are and as they stand inside JSON."""
    spellings = {spelling for secret in secrets if _hides(secret) for spelling in _spellings(secret)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, WITHHELD)
    return text


def without_pieces(text: str, secrets: Iterable[str]) -> str:
    """As `masked`, and without pieces of the values, down to the shortest that counts as a secret."""
    pieces = {piece for secret in secrets if _hides(secret) for each in _spellings(secret) for piece in _pieces(each)}
    kept: list[str] = []
    start = 0
    while start < len(text):
        end = start
        while text[end : end + _SHORTEST] in pieces:
            end += 1
        kept.append(text[start] if end == start else WITHHELD)
        start = start + 1 if end == start else end - 1 + _SHORTEST
    return "".join(kept)


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + _SHORTEST] for start in range(len(text) - _SHORTEST + 1))


def _hides(secret: str) -> bool:
    return len(secret) >= _SHORTEST and not is_reference(secret)


def _spellings(secret: str) -> tuple[str, ...]:
    return secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]


def secret_texts(value: Shape) -> list[str]:
    """All secret values in a model, in order; references are among them."""
    if not secret_members(type(value)):
        return []
    found: list[str] = []

    def remember(text: str) -> str:
        found.append(text)
        return text

    rewritten(value, remember)
    return found
