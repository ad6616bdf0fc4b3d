"""JSON Schemas of the tools, small enough to live in a model's context.

Input schemas carry every bound and description. Output schemas carry structure only: AWS vouches for its answers, and a
bound that AWS loosens one day must not make an answer invalid.
"""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from typing import Any, cast

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from cognito_identity_tools.fields import tool_defaults
from cognito_identity_tools.operation import Tool
from cognito_identity_tools.shapes import Shape

_BOUNDS = {"pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "maxProperties", "enum"}
_OUTPUT_NOISE = _BOUNDS | {"description", "additionalProperties", "propertyNames", "required"}


class Plain(GenerateJsonSchema):
    """No generated titles; what may be left out has no default and is never null."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base class names it
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return _without(super().default_schema(schema), "default")


class _Terse(Plain):
    """Structures without a word about themselves, and nothing that excludes only the empty string."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        return _without(super().model_schema(schema), "title", "description", "additionalProperties")

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        inner = _without(super().dict_schema(schema), "propertyNames")
        return {**inner, "additionalProperties": False} if "patternProperties" in inner else inner


def input_schema(tool: Tool) -> dict[str, Any]:
    """The tool's input: snake_case names, every bound, a description per member, tool defaults filled in."""
    schema = _generate(tool.input)
    for name, value in tool_defaults(tool.input).items():
        schema["properties"][name]["default"] = value
        schema["required"].remove(name)
    if not schema.get("required", True):
        del schema["required"]
    return {**schema, "additionalProperties": False}


def output_schema(tool: Tool) -> dict[str, Any]:
    """The tool's structured result: names and types."""
    return cast("dict[str, Any]", _trimmed(_generate(tool.output), _OUTPUT_NOISE))


def _generate(model: type[Shape]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=False, schema_generator=_Terse, mode="validation")
    return cast("dict[str, Any]", _trimmed(_inlined(schema), frozenset()))


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Definitions that are used once in the place of their reference; what is shared stays a definition."""
    definitions = cast("dict[str, Any]", schema.get("$defs", {}))
    text = json.dumps(schema)
    once = {f"#/$defs/{name}": body for name, body in definitions.items() if text.count(f'"#/$defs/{name}"') == 1}
    shared = {name: body for name, body in definitions.items() if f"#/$defs/{name}" not in once}

    def resolve(node: Any) -> Any:
        if isinstance(node, list):
            return [resolve(item) for item in cast("list[Any]", node)]
        if not isinstance(node, dict):
            return node
        rest = {key: resolve(value) for key, value in cast("dict[str, Any]", node).items() if key != "$defs"}
        target = rest.get("$ref")
        return {**resolve(once[rest.pop("$ref")]), **rest} if target in once else rest

    return {**({"$defs": resolve(shared)} if shared else {}), **resolve(schema)}


def _without(schema: JsonSchemaValue, *keywords: str) -> JsonSchemaValue:
    return {key: value for key, value in schema.items() if key not in keywords}


def _trimmed(node: Any, noise: AbstractSet[str], *, names: bool = False) -> Any:
    """The schema without `noise`, empty `properties` and `minLength: 1`.

    `names`: the keys of this object are member or definition names, not keywords.
    """
    if isinstance(node, list):
        return [_trimmed(item, noise) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    return {
        key: _trimmed(value, noise, names=key in ("properties", "$defs") and not names)
        for key, value in cast("dict[str, Any]", node).items()
        if names or not _is_noise(key, value, noise)
    }


def _is_noise(key: str, value: Any, noise: AbstractSet[str]) -> bool:
    if key == "additionalProperties" and isinstance(value, dict):
        return False
    return key in noise or (key, value) in (("properties", {}), ("minLength", 0), ("minLength", 1))
