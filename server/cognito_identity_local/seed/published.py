"""The JSON Schema of seeds, for editors: published as `manifests/local/seed.schema.json`."""

from __future__ import annotations

from typing import Any

from cognito_identity_local.seed.form import Seed
from cognito_identity_tools.schema import Plain


def seed_schema() -> dict[str, Any]:
    generated: dict[str, Any] = Seed.model_json_schema(by_alias=True, schema_generator=Plain)
    return {"$schema": Plain.schema_dialect, **generated}
