"""The JSON Schema of seeds, for editors: published as `manifests/local/seed.schema.json`."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from cognito_identity_local.seed.form import Seed


class _Plain(GenerateJsonSchema):
    """No generated titles; what may be left out is never null."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base class names it
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        inner = super().default_schema(schema)
        return {name: value for name, value in inner.items() if name != "default"}


def seed_schema() -> dict[str, Any]:
    generated: dict[str, Any] = Seed.model_json_schema(by_alias=True, schema_generator=_Plain)
    return {"$schema": _Plain.schema_dialect, **generated}
