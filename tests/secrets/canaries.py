"""Canaries: marked values that stand for secrets, and the search for them in everything that a server leaves behind."""

from __future__ import annotations

import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


def canary(name: str) -> str:
    """A value that nobody has seen before."""
    return f"Canary-{name}-{secrets.token_hex(16)}"


@dataclass(frozen=True)
class Found:
    sink: str
    canary: str


def search(sinks: Mapping[str, bytes], canaries: Mapping[str, str]) -> list[Found]:
    """Where which canary was found, in whatever spelling."""
    return [
        Found(sink, name)
        for sink, content in sinks.items()
        for name, value in canaries.items()
        if any(spelling in content for spelling in spellings(value))
    ]


_CUT = 20
"""Characters of its beginning or its end by which a canary is known."""


def spellings(value: str) -> Iterator[bytes]:
    """The value as text, also cut short, in UTF-16, in hex, and in base64 wherever it stands in what was encoded."""
    raw = value.encode()
    yield raw
    yield raw[:_CUT]
    yield raw[-_CUT:]
    yield value.encode("utf-16-le")
    yield raw.hex().encode()
    for start in range(3):
        whole = raw[start : start + (len(raw) - start) // 3 * 3]
        yield b64encode(whole)
        yield urlsafe_b64encode(whole)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
