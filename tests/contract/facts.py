"""Both descriptions of the service, AWS's and ours, as the same flat facts, and the differences between them.

A fact is one value at one place: `("GetId.input.IdentityPoolId", "max")` is 55. A member is a place of its own, so a
member that only one side has is a difference in every fact it has. Neither side is derived from the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from cognito_identity_tools.constraints import OneOf, Secret, Size, Text, ToolDefault, Whole
from cognito_identity_tools.errors import COMMON
from cognito_identity_tools.fields import as_model, member_annotation, unwrap
from cognito_identity_tools.operation import Operation

from .service_model import Json, Model, snake_case

Key = tuple[str, str]
"""A place, and what is said about it."""

Facts = dict[Key, object]

_AWS_TYPES = {"long": "integer"}
"""JSON has one kind of whole number."""

_OUR_TYPES = {str: "string", int: "integer", bool: "boolean", datetime: "timestamp", list: "list", dict: "map"}


def differences(aws: Facts, ours: Facts) -> dict[Key, tuple[object, object]]:
    """Every fact on which the two do not agree: AWS's value and ours, None where one says nothing."""
    keys = sorted(aws.keys() | ours.keys())
    return {key: (aws.get(key), ours.get(key)) for key in keys if aws.get(key) != ours.get(key)}


def _said(place: str, facts: Mapping[str, object]) -> Iterator[tuple[Key, object]]:
    return (((place, name), value) for name, value in facts.items() if value is not None)


def aws_facts(model: Model) -> Facts:
    return dict(fact for name in model.operations for fact in _aws_operation(model, name))


def _aws_operation(model: Model, name: str) -> Iterator[tuple[Key, object]]:
    row, output = model.operations[name], model.output_shape(name)
    yield from _said(
        name,
        {
            "tool": snake_case(name),
            "signed": row.get("authtype") != "none",
            "errors": tuple(sorted(error["shape"] for error in row["errors"])),
            "answers nothing": output is None,
            "pages": _aws_pages(model.paginators.get(name)),
        },
    )
    yield from _aws_shape(model, f"{name}.input", model.input_shape(name))
    if output is not None:
        yield from _aws_shape(model, f"{name}.output", output)


def _aws_pages(row: Json | None) -> tuple[str, ...] | None:
    keys = ("input_token", "limit_key", "output_token", "result_key")
    return None if row is None else tuple(row[key] for key in keys)


def _aws_shape(model: Model, place: str, name: str) -> Iterator[tuple[Key, object]]:
    shape = model.shapes[name]
    kind: str = shape["type"]
    facts = {key: shape.get(key) for key in ("min", "max", "pattern")}
    enum = tuple(shape["enum"]) if "enum" in shape else None
    structure = name if kind == "structure" else None
    sensitive = shape.get("sensitive")
    said = {"type": _AWS_TYPES.get(kind, kind), "enum": enum, "structure": structure, "sensitive": sensitive}
    yield from _said(place, said | facts)
    for part, inner in _aws_parts(shape):
        yield from _aws_shape(model, f"{place}{part}", inner["shape"])
    for member in shape.get("members", {}):
        yield (f"{place}.{member}", "required"), member in shape.get("required", ())
        yield (f"{place}.{member}", "name"), snake_case(member)


def _aws_parts(shape: Json) -> Iterator[tuple[str, Json]]:
    """What is inside a shape, by its place: members, a list's members, a map's keys and values."""
    yield from ((f".{name}", member) for name, member in shape.get("members", {}).items())
    yield from ((f"[{part}]", shape[part]) for part in ("member", "key", "value") if part in shape)


def our_facts(operations: Iterable[Operation]) -> Facts:
    return dict(fact for operation in operations for fact in _our_operation(operation))


def _our_operation(operation: Operation) -> Iterator[tuple[Key, object]]:
    name = operation.aws_name
    yield from _said(
        name,
        {
            "tool": operation.name,
            "signed": operation.signed,
            "errors": tuple(sorted({*operation.errors, *COMMON})),
            "answers nothing": operation.answers_nothing,
            "pages": _our_pages(operation),
        },
    )
    yield from _our_part(f"{name}.input", operation.input)
    if not operation.answers_nothing:
        yield from _our_part(f"{name}.output", operation.output)


def _our_pages(operation: Operation) -> tuple[str | None, ...] | None:
    if operation.result_key is None:
        return None
    names = [(operation.input, "next_token"), (operation.input, "max_results")]
    names += [(operation.output, "next_token"), (operation.output, operation.result_key)]
    return tuple(_alias(model, name) for model, name in names)


def _our_part(place: str, annotation: Any) -> Iterator[tuple[Key, object]]:
    bare, metadata = unwrap(annotation)
    structure = as_model(bare)
    yield from _said(place, {"type": _our_type(bare), "structure": structure and structure.__name__})
    for item in metadata:
        yield from _said(place, _our_constraint(item))
    if structure is not None:
        yield from _our_members(place, structure)
    parts = ("key", "value") if get_origin(bare) is dict else ("member",)
    for part, inner in zip(parts, get_args(bare), strict=False):
        yield from _our_part(f"{place}[{part}]", inner)


def _our_type(bare: Any) -> str:
    return "structure" if as_model(bare) else _OUR_TYPES[get_origin(bare) or bare]


def _our_constraint(item: object) -> dict[str, object]:
    match item:
        case Text():
            return {"min": item.minimum, "max": item.maximum, "pattern": item.pattern}
        case Whole() | Size():
            return {"min": item.minimum, "max": item.maximum}
        case OneOf():
            return {"enum": item.values}
        case Secret():
            return {"sensitive": True}
        case ToolDefault():
            return {"tool default": item.value}
        case _:
            return {}


def _our_members(place: str, structure: type[BaseModel]) -> Iterator[tuple[Key, object]]:
    for name, field in structure.model_fields.items():
        member = f"{place}.{_alias(structure, name)}"
        yield (member, "required"), field.is_required()
        yield (member, "name"), name
        yield from _our_part(member, member_annotation(structure, name))


def _alias(structure: type[BaseModel], name: str) -> str | None:
    return structure.model_fields[name].alias
