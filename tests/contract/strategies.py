"""Requests and answers as AWS's service model allows them, and requests that break it in one place.

Nothing here knows our models: what is valid, and which rules a value breaks, is read off the service model alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from hypothesis import assume, strategies as st

from cognito_identity_tools.constraints import Kind, Rule
from cognito_identity_tools.violations import WITHHELD, Path, Problem

from .service_model import MODEL, Json, snake_case

_CLAIM_NAME = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"
"""Python's `re` has no Unicode categories: this one pattern is written out below."""

_CLAIM_CATEGORIES: tuple[Literal["L", "M", "S", "N", "P"], ...] = ("L", "M", "S", "N", "P")


def requests(operation: str) -> st.SearchStrategy[Json]:
    """Valid inputs, by AWS's member names."""
    return _values(MODEL.input_shape(operation))


def answers(operation: str) -> st.SearchStrategy[Json]:
    """Valid outputs, as botocore would have parsed them."""
    output = MODEL.output_shape(operation)
    return st.just({}) if output is None else _values(output)


@cache
def _values(shape_name: str) -> st.SearchStrategy[Any]:
    shape = MODEL.shapes[shape_name]
    return _BY_TYPE[shape["type"]](shape)


def _strings(shape: Json) -> st.SearchStrategy[str]:
    low: int = shape.get("min", 0)
    high: int = shape.get("max", 64)
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    if "pattern" not in shape:
        return st.text(min_size=low, max_size=low + 5)
    if shape["pattern"] == _CLAIM_NAME:
        return st.text(st.characters(categories=_CLAIM_CATEGORIES), min_size=low, max_size=high)
    pattern: re.Pattern[str] = re.compile(str(shape["pattern"]), re.ASCII)
    texts = st.from_regex(pattern, fullmatch=True)

    def fits(text: str) -> bool:
        return low <= len(text) <= high

    return texts.filter(fits)


def _whole_numbers(shape: Json) -> st.SearchStrategy[int]:
    return st.integers(shape["min"], shape["max"])


def _lists(shape: Json) -> st.SearchStrategy[list[Any]]:
    low = shape.get("min", 0)
    return st.lists(_values(shape["member"]["shape"]), min_size=low, max_size=low + 2)


def _maps(shape: Json) -> st.SearchStrategy[Json]:
    keys, values = (_values(shape[part]["shape"]) for part in ("key", "value"))
    return st.dictionaries(keys, values, max_size=2)


def _structures(shape: Json) -> st.SearchStrategy[Json]:
    members = {name: _values(member["shape"]) for name, member in shape["members"].items()}
    required = {name: members.pop(name) for name in shape.get("required", ())}
    return st.fixed_dictionaries(required, optional=members)


def _times(shape: Json) -> st.SearchStrategy[datetime]:  # noqa: ARG001 - a row of the table
    return st.datetimes(datetime(2014, 6, 30), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


_BY_TYPE: dict[str, Callable[[Json], st.SearchStrategy[Any]]] = {
    "string": _strings,
    "integer": _whole_numbers,
    "long": _whole_numbers,
    "boolean": lambda shape: st.booleans(),  # noqa: ARG005 - a row of the table
    "timestamp": _times,
    "list": _lists,
    "map": _maps,
    "structure": _structures,
}


def broken_rules(shape: Json, value: Any) -> set[Rule]:
    """The rules that a value of the right type breaks, straight from the shape."""
    size: int = value if isinstance(value, int) else len(value)
    high, low = (Kind.MAX_VALUE, Kind.MIN_VALUE) if isinstance(value, int) else (Kind.MAX_LENGTH, Kind.MIN_LENGTH)
    rules: set[Rule] = set()
    if "max" in shape and size > shape["max"]:
        rules.add(Rule(high, shape["max"]))
    if "min" in shape and size < shape["min"]:
        rules.add(Rule(low, shape["min"]))
    if "pattern" in shape and not _matches(shape["pattern"], str(value)):
        rules.add(Rule(Kind.PATTERN, shape["pattern"]))
    if "enum" in shape and value not in shape["enum"]:
        rules.add(Rule(Kind.ENUM, tuple(shape["enum"])))
    return rules


def _matches(pattern: str, text: str) -> bool:
    if pattern == _CLAIM_NAME:
        return text != "" and all(unicodedata.category(char)[0] in _CLAIM_CATEGORIES for char in text)
    return re.fullmatch(pattern, text, re.ASCII) is not None


@dataclass(frozen=True)
class Expected:
    """A violation as facts, without the words: what `Violation` has to say."""

    path: Path
    problem: Problem
    is_key: bool = False
    rule: Rule | None = None


@dataclass(frozen=True)
class _Site:
    """A place in a request: the container and the key there, the value's shape, and the path by our names."""

    container: Any
    key: Any
    shape: Json
    path: Path
    kind: Literal["value", "key"] = "value"


def _sites(shape: Json, value: Any, path: Path) -> Iterator[_Site]:
    """Every value and every map key inside a value."""
    if shape["type"] == "structure":
        for name in value:
            yield from _below(value, name, MODEL.shapes[shape["members"][name]["shape"]], (*path, snake_case(name)))
    elif shape["type"] == "list":
        for index in range(len(value)):
            yield from _below(value, index, MODEL.shapes[shape["member"]["shape"]], (*path, index))
    elif shape["type"] == "map":
        inner = MODEL.shapes[shape["value"]["shape"]]
        for key in value:
            last = WITHHELD if inner.get("sensitive") else key
            yield _Site(value, key, MODEL.shapes[shape["key"]["shape"]], (*path, last), "key")
            yield from _below(value, key, inner, (*path, key))


def _below(container: Any, key: Any, shape: Json, path: Path) -> Iterator[_Site]:
    yield _Site(container, key, shape, path)
    yield from _sites(shape, container[key], path)


@dataclass(frozen=True)
class Broken:
    """A request that was valid before one value was replaced, and all that is wrong with it now."""

    request: Json
    expected: frozenset[Expected]


@st.composite
def broken_requests(draw: st.DrawFn, operation: str) -> Broken:
    """One value or one map key breaks at least one of its rules; everything else is valid."""
    request = draw(requests(operation))
    shape = MODEL.shapes[MODEL.input_shape(operation)]
    site = draw(st.sampled_from(list(_sites(shape, request, ()))))
    old = site.key if site.kind == "key" else site.container[site.key]
    candidates = [new for new in _wrong(site.shape, old) if broken_rules(site.shape, new)]
    assume(candidates)
    new = draw(st.sampled_from(candidates))
    is_key = site.kind == "key"
    path = (*site.path[:-1], new) if is_key and site.path[-1] != WITHHELD else site.path
    rules = broken_rules(site.shape, new)
    if is_key:
        site.container[new] = site.container.pop(site.key)
    else:
        site.container[site.key] = new
    return Broken(request, frozenset(Expected(path, Problem.RULE, is_key, rule) for rule in rules))


def _wrong(shape: Json, value: Any) -> list[Any]:
    """Values of the right type that may break a rule: one past each bound, and strange characters."""
    if shape["type"] == "string":
        return [value[:0], "x" * 19, "NOT ONE OF THEM", *_too_long(shape, value), *(value + end for end in "é٣\n \t")]
    if shape["type"] in ("integer", "long"):
        return [shape["min"] - 1, shape["max"] + 1, -(2**31)]
    if shape["type"] == "list":
        return [[], *(_repeated(shape, value) if value else [])]
    if shape["type"] == "map" and value and "max" in shape:
        return [_padded(shape, value)]
    return []


def _too_long(shape: Json, value: str) -> list[str]:
    return [value + value[-1:] * (shape["max"] + 1 - len(value))] if "max" in shape and value else []


def _repeated(shape: Json, value: list[Any]) -> list[list[Any]]:
    return [value[:1] * (shape["max"] + 1)] if "max" in shape else []


def _padded(shape: Json, value: Json) -> Json:
    """One entry too many, where the keys are free text."""
    first = next(iter(value.values()))
    more = {f"k{number}": first for number in range(shape["max"] + 1)}
    return value if "pattern" in MODEL.shapes[shape["key"]["shape"]] else more
