"""Generated files as text."""

from __future__ import annotations

import json
from typing import Any

Files = dict[str, str]
"""Texts by path, with slashes, from the folder `manifests/`."""


def as_json(value: Any) -> str:
    """Indented by two, in the order given, with a newline at the end."""
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n"
