"""What operations give back, and the JSON of it."""

from __future__ import annotations

from typing import NamedTuple

from pydantic_core import to_json

from cognito_identity_tools.shapes import Shape


class Kept(NamedTuple):
    """An answer that was kept as the JSON of its model."""

    text: str


def published(answer: Shape) -> bytes:
    """Without members that are unset."""
    return json_bytes(answer.model_dump(by_alias=True, exclude_none=True))


def json_bytes(content: object) -> bytes:
    """Compact, timestamps as seconds with a fraction: `1538078988.077`, `1442877512.0`."""
    return to_json(content, temporal_mode="seconds")
