"""What is wrong with a request, as facts: one `Violation` for every broken rule, in the order of the members.

The words are the callers': AWS's grammar in the local service, plain English in the MCP server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError

from cognito_identity_tools.constraints import BROKEN, Rule
from cognito_identity_tools.fields import as_model, is_secret, member_annotation, parts, unwrap

Path = tuple[str | int, ...]

WITHHELD = "(key withheld)"
"""Stands in a path for a map key that may be a secret."""


class Problem(StrEnum):
    MISSING = "missing"
    """A required member is not there."""
    UNKNOWN = "unknown"
    """There is no such member, or it was given under both of its names."""
    TYPE = "type"
    """The value has the wrong JSON type; `expected` names the right one."""
    RULE = "rule"
    """The value breaks `rule`."""


_JSON_TYPES = {
    "string_type": "string",
    "int_type": "integer",
    "int_from_float": "integer",
    "bool_type": "boolean",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
    "list_type": "array",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong.

    `path` leads from the request to the value by our member names, list positions and map keys. `is_key` says that it
    is the map key at the end of the path which is wrong, not its value. `given` must not be shown when `secret` is set.
    """

    path: Path
    problem: Problem
    given: Any
    secret: bool
    is_key: bool = False
    rule: Rule | None = None
    expected: str | None = None


def violations(error: ValidationError, model: type[BaseModel]) -> list[Violation]:
    """Every violation that a failed validation of `model` found.

    Raises:
        KeyError: an error type that no rule of the service model produces.
    """
    return [found for details in error.errors() for found in _violations(details, model)]


def _violations(details: Any, model: type[BaseModel]) -> Iterator[Violation]:
    loc: Path = details["loc"]
    is_key = _is_map_key(model, loc)
    path = loc[:-1] if is_key else loc
    secret = _leads_to_secret(model, path)
    if is_key and secret:
        # Whoever swaps provider and token puts the token where the key belongs.
        path = (*path[:-1], WITHHELD)
    kind, given = details["type"], details["input"]
    if kind == BROKEN:
        for rule in details["ctx"]["rules"]:
            yield Violation(path, Problem.RULE, given, secret, is_key, rule=rule)
    elif kind == "missing":
        yield Violation(path, Problem.MISSING, None, secret)
    elif kind == "extra_forbidden":
        # The value of a name we do not know may be anything, so it counts as secret.
        yield Violation(path, Problem.UNKNOWN, given, secret=True)
    else:
        yield Violation(path, Problem.TYPE, given, secret, is_key, expected=_JSON_TYPES[kind])


def _is_map_key(model: type[BaseModel], loc: Path) -> bool:
    """Whether the error is about a map's key: its place then ends with a mark, which may be somebody's key as well."""
    return loc[-1:] == ("[key]",) and get_origin(_bare_at(model, loc[:-2])) is dict


def _bare_at(annotation: Any, path: Path) -> Any:
    bare, _ = unwrap(annotation)
    if not path:
        return bare
    model = as_model(bare)
    inner = parts(bare)[-1] if model is None else member_annotation(model, str(path[0]))
    return _bare_at(inner, path[1:])


def _leads_to_secret(annotation: Any, path: Path) -> bool:
    """Whether the value at the path, or one inside it, is secret. What the model does not know is."""
    if is_secret(annotation):
        return True
    bare, _ = unwrap(annotation)
    model = as_model(bare)
    if not path:
        return model is not None and any(_leads_to_secret(part, ()) for part in parts(model))
    if model is None:
        inside = parts(bare)
        return not inside or _leads_to_secret(inside[-1], path[1:])
    name = str(path[0])
    return name not in model.model_fields or _leads_to_secret(member_annotation(model, name), path[1:])
