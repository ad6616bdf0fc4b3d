"""Runs migrations on the connection that `storage.schema` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from cognito_identity_mcp.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
