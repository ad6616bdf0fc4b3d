"""`local/seed.schema.json`: the shape of the files that `local --seed` loads, for editors."""

from __future__ import annotations

from cognito_identity_local.seed.published import seed_schema
from cognito_identity_mcp.manifests.files import Files, as_json


def files() -> Files:
    return {"local/seed.schema.json": as_json(seed_schema())}
