"""All behaviours, area by area."""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    developer_identities,
    errors,
    identifiers,
    identities,
    identity_pools,
    lifecycle,
    logins,
    options,
    principal_tags,
    quotas,
    roles,
    service,
    tags,
    tokens,
    unknowns,
    validation,
    wire,
)
from .behaviour import Behaviour

AREAS: Mapping[str, tuple[Behaviour, ...]] = {
    "wire": wire.BEHAVIOURS,
    "identifiers": identifiers.BEHAVIOURS,
    "validation": validation.BEHAVIOURS,
    "errors": errors.BEHAVIOURS,
    "identity_pools": identity_pools.BEHAVIOURS,
    "roles": roles.BEHAVIOURS,
    "identities": identities.BEHAVIOURS,
    "lifecycle": lifecycle.BEHAVIOURS,
    "logins": logins.BEHAVIOURS,
    "developer_identities": developer_identities.BEHAVIOURS,
    "tokens": tokens.BEHAVIOURS,
    "principal_tags": principal_tags.BEHAVIOURS,
    "tags": tags.BEHAVIOURS,
    "quotas": quotas.BEHAVIOURS,
    "unknowns": unknowns.BEHAVIOURS,
    "service": service.BEHAVIOURS,
    "options": options.BEHAVIOURS,
}

MANIFEST: tuple[Behaviour, ...] = tuple(behaviour for area in AREAS.values() for behaviour in area)
