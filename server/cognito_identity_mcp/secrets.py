"""Keeping secrets out of sight: one function over typed models whose members are marked secret."""

from __future__ import annotations

from typing import Any, cast

from cognito_identity_tools.fields import as_model, is_secret, member_annotation, unwrap
from cognito_identity_tools.shapes import Shape

WITHHELD = "(withheld)"


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
