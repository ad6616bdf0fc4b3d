"""From the arguments of a tool call to the request model, or to one error that names every problem."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import ValidationError

from cognito_identity_mcp.errors import InvalidInput
from cognito_identity_tools.constraints import Kind, Rule
from cognito_identity_tools.fields import as_model, member_annotation, parts, tool_defaults, unwrap
from cognito_identity_tools.operation import Tool
from cognito_identity_tools.shapes import Shape, aws_name
from cognito_identity_tools.violations import WITHHELD, Path, Problem, Violation, violations

_JSON_TYPES = {
    "str": "string",
    "bool": "boolean",
    "int": "integer",
    "float": "number",
    "list": "array",
    "dict": "object",
}

_SHOWN = 80
"""Characters of a given value that an error repeats."""

_LONGEST_KEY = 128
"""Characters of a provider's name."""

_RULES = {
    Kind.MAX_LENGTH: "must have at most {limit} {unit}, has {size}",
    Kind.MIN_LENGTH: "must have at least {limit} {unit}, has {size}",
    Kind.MAX_VALUE: "must be at most {limit}",
    Kind.MIN_VALUE: "must be at least {limit}",
    Kind.PATTERN: "must match {limit} as a whole",
    Kind.ENUM: "must be one of {limit}",
}


def parse(tool: Tool, arguments: Mapping[str, Any] | None) -> Shape:
    """The request that the arguments make.

    `null` for a member that may be left out counts as left out. Members are named as in the tool's schema or as in
    AWS's API.

    Raises:
        InvalidInput: with every problem of the arguments: path, rule, given value; secret values are not repeated.
    """
    if broken := tuple(_not_unicode(arguments or {})):
        raise InvalidInput.in_arguments(tool.name, broken)
    model = tool.input
    defaults = {name: value for name, value in tool_defaults(model).items() if not _names(name) & set(arguments or ())}
    try:
        return model.model_validate({**defaults, **(arguments or {})})
    except ValidationError as error:
        problems = tuple(_described(violation, model) for violation in violations(error, model))
    raise InvalidInput.in_arguments(tool.name, problems)


def _not_unicode(arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """JSON can hold half of a surrogate pair, which no service takes and pydantic does not word."""
    for name, value in arguments.items():
        try:
            json.dumps({name: value}, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            path, rule = name.encode("ascii", "backslashreplace").decode(), "must be Unicode text"
            yield {"path": path, "rule": rule, "text": f"{path}: {rule}; half of a surrogate pair is in it"}


def _names(member: str) -> set[str]:
    return {member, aws_name(member)}


def _described(violation: Violation, model: type[Shape]) -> dict[str, Any]:
    path, rule = dotted(_without_tokens(violation)), _rule_text(violation, model)
    shows_value = not violation.secret and violation.problem is not Problem.MISSING
    given = _shown(violation.given) if shows_value else None
    text = f"{path or 'arguments'}: {rule}" + (f" (given: {given})" if shows_value else "")
    return {"path": path, "rule": rule, "text": text} | ({"given": given} if shows_value else {})


def _without_tokens(violation: Violation) -> Path:
    """The path; whoever swaps provider and token has a token in it, longer than a provider's name can be."""
    if not violation.secret:
        return violation.path
    return tuple(WITHHELD if isinstance(part, str) and len(part) > _LONGEST_KEY else part for part in violation.path)


def dotted(path: Path) -> str:
    """`cognito_identity_providers[0].client_id`"""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _rule_text(violation: Violation, model: type[Shape]) -> str:
    subject = "the key " if violation.is_key else ""
    if violation.rule is not None:
        return subject + _constraint_text(violation.rule, violation.given)
    if violation.problem is Problem.MISSING:
        return "is required"
    if violation.problem is Problem.TYPE:
        return f"{subject}must be of JSON type {violation.expected}, not {_json_type(violation.given)}"
    return _unknown_text(violation.path, model)


def _constraint_text(rule: Rule, given: Any) -> str:
    if rule.example is not None:
        return f"must be written as {rule.example}"
    limit = ", ".join(rule.limit) if isinstance(rule.limit, tuple) else rule.limit
    is_container = isinstance(given, list | dict)
    unit = "entries" if is_container else "characters"
    size = len(cast("str", given)) if isinstance(given, str | list | dict) else None
    return _RULES[rule.kind].format(limit=limit, unit=unit, size=size)


def _unknown_text(path: Path, model: type[Shape]) -> str:
    names = _member_names(model, path[:-1])
    name = str(path[-1])
    if name in names:
        return "is given twice, under both of its names"
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"is not a member here; {hint}valid names: {', '.join(names)}"


def _member_names(annotation: Any, path: Path) -> list[str]:
    bare, _ = unwrap(annotation)
    model = as_model(bare)
    if model is None:
        return _member_names(parts(bare)[-1], path[1:])
    if path:
        return _member_names(member_annotation(model, str(path[0])), path[1:])
    return list(model.model_fields)


def _json_type(value: Any) -> str:
    return _JSON_TYPES.get(type(value).__name__, "null")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
