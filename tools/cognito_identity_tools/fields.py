"""Looking into the models: what a member is made of. For secrets, defaults, documentation, the contract test."""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from cognito_identity_tools.constraints import OneOf, Secret, SecretTail, Size, Text, ToolDefault, Whole

Constraint = Text | Whole | OneOf | Size


def as_model(bare: Any) -> type[BaseModel] | None:
    """The structure that a bare type is, if it is one."""
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def required_part(annotation: Any) -> Any:
    """`X` for `X | None`, else the annotation itself."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    (part,) = (arg for arg in get_args(annotation) if arg is not NoneType)
    return part


def unwrap(annotation: Any, metadata: tuple[Any, ...] = ()) -> tuple[Any, tuple[Any, ...]]:
    """The bare type below `Annotated` and `| None`, and the metadata met on the way, outermost first."""
    inner = required_part(annotation)
    if get_origin(inner) is Annotated:
        bare, *found = get_args(inner)
        return unwrap(bare, (*metadata, *found))
    return inner, metadata


def parts(bare: Any) -> tuple[Any, ...]:
    """The annotations inside a bare type: a list's member, a map's key and value, a structure's members."""
    model = as_model(bare)
    if model is None:
        return get_args(bare)
    return tuple(member_annotation(model, name) for name in model.model_fields)


@cache
def member_annotation(model: type[BaseModel], name: str) -> Any:
    """A member's annotation with all its metadata, as written in the class body."""
    field = model.model_fields[name]
    metadata = [item for item in field.metadata if isinstance(item, Constraint | Secret | SecretTail | ToolDefault)]
    return Annotated[field.annotation, *metadata] if metadata else field.annotation


@cache
def member_model(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The structure that a member is, if it is one."""
    return as_model(unwrap(member_annotation(model, name))[0])


def is_secret(annotation: Any) -> bool:
    """Whether the value, or any value directly inside it (list member, map value), is marked secret."""
    bare, metadata = unwrap(annotation)
    inside = () if as_model(bare) else get_args(bare)
    return any(isinstance(item, Secret) for item in metadata) or any(is_secret(arg) for arg in inside)


@cache
def secret_members(model: type[BaseModel]) -> frozenset[str]:
    """Names of the members that hold secrets, dotted where a structure is nested: `credentials.secret_key`."""
    found: set[str] = set()
    for name in model.model_fields:
        annotation = member_annotation(model, name)
        bare, _ = unwrap(annotation)
        if is_secret(annotation):
            found.add(name)
        elif (nested := as_model(bare)) is not None:
            found |= {f"{name}.{inner}" for inner in secret_members(nested)}
    return frozenset(found)


@cache
def secret_tails(model: type[BaseModel]) -> dict[str, str]:
    """Members with values of which a part is secret, and what separates that part."""
    tails = {name: _tail(member_annotation(model, name)) for name in model.model_fields}
    return {name: separator for name, separator in tails.items() if separator is not None}


def _tail(annotation: Any) -> str | None:
    bare, metadata = unwrap(annotation)
    own = next((item.separator for item in metadata if isinstance(item, SecretTail)), None)
    inside = () if as_model(bare) else get_args(bare)
    return own or next(filter(None, map(_tail, inside)), None)


@cache
def tool_defaults(model: type[BaseModel]) -> dict[str, int]:
    """Values the tools fill in, by member name."""
    defaults: dict[str, int] = {}
    for name in model.model_fields:
        _, metadata = unwrap(member_annotation(model, name))
        for item in metadata:
            if isinstance(item, ToolDefault):
                defaults[name] = item.value
    return defaults
