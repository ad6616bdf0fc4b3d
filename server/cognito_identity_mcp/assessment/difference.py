"""What differs between two states, member by member, in the words of the API.

A state is JSON data by our names. It is taken apart into entries: a map's values stand under their keys, a list's items
under what identifies them, so that another order is no difference. What is not set and what is empty are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, cast

from cognito_identity_mcp.assessment.model import Change

Path = tuple[str, ...]
"""A member's name, then `.key` for each map and `[item]` for each list on the way."""

Entries = dict[Path, Any]

_NATURAL_KEYS = MappingProxyType(
    {
        "cognito_identity_providers": ("provider_name", "client_id"),
        "identities": ("identity_id",),
        "identity_pools": ("identity_pool_id",),
    }
)
"""What identifies an item, by the list's member; items that are text identify themselves."""

_ORDERED = frozenset({"rules"})
"""Lists whose order has a meaning: their items are known by their place."""


def entries(state: Mapping[str, Any]) -> Entries:
    """All that is set, by path; an item of a list that is a structure is one entry."""
    return {path: value for name, member in state.items() for path, value in _member(name, (name,), member)}


def _member(name: str, path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            yield from _member(key, (*path, f".{key}"), item)
    elif isinstance(value, list):
        for key, item in _items(name, cast("list[Any]", value)):
            yield (*path, f"[{key}]"), item
    elif value is not None:
        yield path, value


def _items(name: str, items: list[Any]) -> Iterator[tuple[str, Any]]:
    """The items by what identifies them; one that comes again gets a number."""
    seen: dict[str, int] = {}
    for place, item in enumerate(items):
        key = str(place) if name in _ORDERED else _key(name, item, place)
        seen[key] = seen.get(key, 0) + 1
        yield key if seen[key] == 1 else f"{key} ({seen[key]})", item


def _key(name: str, item: Any, place: int) -> str:
    if not isinstance(item, dict):
        return str(item)
    structure, members = cast("dict[str, Any]", item), _NATURAL_KEYS.get(name)
    return str(place) if members is None else ":".join(str(structure.get(member, "?")) for member in members)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every entry that is not the same in both states, sorted by path."""
    old, new = entries(before), entries(after)
    differing = (path for path in sorted(old.keys() | new.keys()) if not _same(old.get(path), new.get(path)))
    return tuple(Change("".join(path), old.get(path), new.get(path)) for path in differing)


def _same(old: Any, new: Any) -> bool:
    """Python takes True for 1; JSON does not."""
    return type(old) is type(new) and old == new


def only_adds(changes: tuple[Change, ...]) -> bool:
    """Whether nothing that was set is replaced or removed; also true where nothing changes."""
    return all(change.before is None for change in changes)


def name_in(segment: str) -> str:
    """The key or item that a segment of a path stands for."""
    return segment[1:-1] if segment.startswith("[") else segment.removeprefix(".")
