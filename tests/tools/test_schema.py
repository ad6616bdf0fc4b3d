"""The published schemas: valid, complete, and without noise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.schema import input_schema, output_schema

Json = dict[str, Any]

each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())


def schemas(node: Any) -> Iterator[Json]:
    """The schema and every schema inside it; what stands under `properties` and `$defs` are names."""
    if not isinstance(node, dict):
        return
    schema = cast("Json", node)
    yield schema
    for keyword in ("properties", "$defs"):
        for inner in schema.get(keyword, {}).values():
            yield from schemas(inner)
    for keyword in ("items", "additionalProperties"):
        yield from schemas(schema.get(keyword))


def resolved(schema: Json, node: Json) -> Json:
    """The node together with what it refers to."""
    target: str = node.get("$ref", "")
    return {**schema["$defs"][target.removeprefix("#/$defs/")], **node} if target else node


@each_operation
def test_both_schemas_are_valid_json_schema_2020_12(operation: Operation) -> None:
    Draft202012Validator.check_schema(input_schema(operation))
    Draft202012Validator.check_schema(output_schema(operation))


@each_operation
def test_both_schemas_are_objects_as_mcp_requires(operation: Operation) -> None:
    assert input_schema(operation)["type"] == output_schema(operation)["type"] == "object"


@each_operation
def test_no_schema_has_a_title_or_a_null(operation: Operation) -> None:
    for schema in [*schemas(input_schema(operation)), *schemas(output_schema(operation))]:
        assert not {"title", "anyOf", "default"} & schema.keys() or schema.get("default") == 60
        assert schema.get("type") != "null"


@each_operation
def test_every_input_member_at_every_level_has_a_description(operation: Operation) -> None:
    schema = input_schema(operation)
    bare = [
        name
        for node in schemas(schema)
        for name, member in node.get("properties", {}).items()
        if not resolved(schema, member).get("description")
    ]
    assert bare == []


@each_operation
def test_every_reference_leads_to_a_definition_that_is_used_more_than_once(operation: Operation) -> None:
    for schema in (input_schema(operation), output_schema(operation)):
        used = [node["$ref"] for node in schemas(schema) if "$ref" in node]
        assert {f"#/$defs/{name}" for name in schema.get("$defs", {})} == set(used)
        assert all(used.count(reference) > 1 for reference in used)


@each_operation
def test_the_input_names_every_member_and_no_other_is_allowed(operation: Operation) -> None:
    schema = input_schema(operation)
    assert list(schema.get("properties", {})) == list(operation.input.model_fields)
    assert schema["additionalProperties"] is False


@each_operation
def test_what_is_required_is_what_the_tool_does_not_fill_in(operation: Operation) -> None:
    required = {name for name, field in operation.input.model_fields.items() if field.is_required()}
    assert set(input_schema(operation).get("required", ())) == required - {"max_results"}


def test_the_page_size_is_published_with_its_default_and_bounds() -> None:
    assert input_schema(OPERATIONS["list_identity_pools"])["properties"]["max_results"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 60,
        "default": 60,
        "description": "Page size.",
    }


def test_a_constrained_map_publishes_the_bounds_of_keys_values_and_size() -> None:
    roles = input_schema(OPERATIONS["set_identity_pool_roles"])["properties"]["roles"]
    assert roles["patternProperties"] == {
        "^(un)?authenticated$": {"type": "string", "minLength": 20, "maxLength": 2048},
    }
    assert (roles["additionalProperties"], roles["maxProperties"]) == (False, 2)


@each_operation
def test_an_output_says_names_and_types_only(operation: Operation) -> None:
    allowed = {"type", "properties", "items", "additionalProperties", "patternProperties", "$ref", "$defs", "format"}
    for schema in schemas(output_schema(operation)):
        assert schema.keys() <= allowed


def test_times_are_published_as_such() -> None:
    assert output_schema(OPERATIONS["describe_identity"])["properties"]["creation_date"] == {
        "type": "string",
        "format": "date-time",
    }
