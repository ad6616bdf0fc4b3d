"""The conditions that a rule can have, and how each stands to what is known about a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType

from cognito_identity_mcp.assessment.model import Assessment
from cognito_identity_mcp.policy.decision import Facts, Finding, Match
from cognito_identity_tools.catalogue import OPERATIONS

_ABOUT_POOLS = {"identity_pool_id", "identity_id", "identity_ids_to_delete", "resource_arn", "identity_pool_name"}
"""Members of a request that stand for a pool, or for something in one."""

NOT_ABOUT_A_POOL = frozenset(
    operation.name for operation in OPERATIONS.values() if not _ABOUT_POOLS & operation.input.model_fields.keys()
)
"""Operations of which no call is about a certain pool; of all others a pool that is not named is an unknown one."""


_STEERING = MappingProxyType(
    {"identity_pool_name": "pool_name", "identity_pool_tags": "pool_tags", "tags": "pool_tags"}
)
"""Conditions on a pool, by the member whose changes can turn them."""


def steers(assessment: Assessment) -> frozenset[str]:
    """As in `Facts.steers`: what a call changes of a pool's name and tags; nothing for a pool that it makes."""
    if assessment.pool is None:
        return frozenset()
    paths = (change.path.partition(".") for change in assessment.findings.changes)
    return frozenset(f"{_STEERING[member]}{dot}{key}" for member, dot, key in paths if member in _STEERING)


@dataclass(frozen=True)
class OneOf:
    """One of the call's values is one of those that are wanted."""

    name: str
    wanted: tuple[str, ...]
    goes_by: frozenset[str] = frozenset()

    def finding(self, facts: Facts) -> Finding:
        has = _VALUES[self.name](facts)
        wanted = ", ".join(self.wanted)
        if has is None:
            return Finding(self.name, Match.UNKNOWN, f"it is not known whether it is among {wanted}")
        shown = ", ".join(sorted(has)) or "none"
        if has & set(self.wanted):
            return Finding(self.name, Match.YES, f"{shown} is among {wanted}")
        return Finding(self.name, Match.NO, f"{shown} is not among {wanted}")


@dataclass(frozen=True)
class PoolName:
    """The pool's name matches a glob as a whole; case counts."""

    glob: str
    name: str = "pool_name"
    goes_by: frozenset[str] = frozenset({"pool_name"})

    def finding(self, facts: Facts) -> Finding:
        if facts.operation in NOT_ABOUT_A_POOL:
            return _no_pool(self.name)
        name = facts.pool.name if facts.pool else None
        if name is None:
            return Finding(self.name, Match.UNKNOWN, f"the pool's name is not known; {self.glob} is wanted")
        if fnmatchcase(name, self.glob):
            return Finding(self.name, Match.YES, f"{name!r} matches {self.glob}")
        return Finding(self.name, Match.NO, f"{name!r} does not match {self.glob}")


@dataclass(frozen=True)
class PoolTags:
    """The pool has every one of these tags, with a value that matches the glob as a whole; case counts."""

    globs: Mapping[str, str]
    name: str = "pool_tags"

    @property
    def goes_by(self) -> frozenset[str]:
        return frozenset(f"{self.name}.{key}" for key in self.globs)

    def finding(self, facts: Facts) -> Finding:
        if facts.operation in NOT_ABOUT_A_POOL:
            return _no_pool(self.name)
        wanted = ", ".join(f"{key} = {glob}" for key, glob in self.globs.items())
        tags = facts.pool.tags if facts.pool else None
        if tags is None:
            return Finding(self.name, Match.UNKNOWN, f"the pool's tags are not known; {wanted} is wanted")
        missing = [key for key, glob in self.globs.items() if key not in tags or not fnmatchcase(tags[key], glob)]
        if not missing:
            return Finding(self.name, Match.YES, f"the pool has {wanted}")
        has = ", ".join(f"{key} = {tags[key]}" if key in tags else f"no tag {key}" for key in missing)
        return Finding(self.name, Match.NO, f"the pool has {has}; {wanted} is wanted")


def _no_pool(condition: str) -> Finding:
    return Finding(condition, Match.NO, "the call is about no certain pool")


def _known(value: str | None) -> AbstractSet[str] | None:
    return None if value is None else {value}


def _pool_id(facts: Facts) -> AbstractSet[str] | None:
    if facts.operation in NOT_ABOUT_A_POOL:
        return set()
    return None if facts.pool is None else {facts.pool.id} - {""}


_VALUES: Mapping[str, Callable[[Facts], AbstractSet[str] | None]] = MappingProxyType(
    {
        "effects": lambda facts: {facts.effect},
        "operations": lambda facts: {facts.operation, facts.tool},
        "regions": lambda facts: _known(facts.region),
        "accounts": lambda facts: _known(facts.account),
        "pool_ids": _pool_id,
        "scopes": lambda facts: facts.scopes,
    }
)
"""What a call has under each condition; None where that is not known."""
