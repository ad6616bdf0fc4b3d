"""The catalogue: the 23 operations of Cognito Identity, by name."""

from __future__ import annotations

from types import MappingProxyType

from cognito_identity_tools.operations import (
    credentials,
    developer_identities,
    identities,
    identity_pools,
    principal_tags,
    roles,
    tags,
)

OPERATIONS = MappingProxyType(
    {
        operation.name: operation
        for area in (identity_pools, identities, credentials, developer_identities, roles, principal_tags, tags)
        for operation in area.OPERATIONS
    }
)
"""By tool name, in the order in which a reader meets them."""

BY_AWS_NAME = MappingProxyType({operation.aws_name: operation for operation in OPERATIONS.values()})
"""By API name: `GetId`."""
