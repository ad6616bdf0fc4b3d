"""Reading JSON Web Tokens without trusting them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import cast

from pydantic_core import from_json

Claims = Mapping[str, object]


def claims_of(token: str) -> Claims | None:
    """The claims of a JWT, unverified; None if it is none."""
    segments = token.split(".")
    if len(segments) != 3 or _segment(segments[0]) is None:
        return None
    return _segment(segments[1])


def header_of(token: str) -> Claims | None:
    """The header of a JWT; None if it is none."""
    return None if claims_of(token) is None else _segment(token.partition(".")[0])


def _segment(text: str) -> Claims | None:
    try:
        content = from_json(
            base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True), allow_inf_nan=False
        )
    except (binascii.Error, ValueError):
        return None
    return cast("Claims", content) if isinstance(content, dict) else None
