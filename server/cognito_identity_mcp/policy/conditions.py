"""The conditions that a rule can have, and how each stands to what is known about a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import chain
from types import MappingProxyType
from typing import Any

from cognito_identity_mcp.assessment.model import Pool, Step
from cognito_identity_mcp.policy.decision import Facts, Finding, Match
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.operations.tags import TagResourceInput, UntagResourceInput

_ABOUT_POOLS = {"identity_pool_id", "identity_id", "identity_ids_to_delete", "resource_arn", "identity_pool_name"}
"""Members of a request that stand for a pool, or for something in one."""

NOT_ABOUT_A_POOL = frozenset(
    operation.name for operation in OPERATIONS.values() if not _ABOUT_POOLS & operation.input.model_fields.keys()
)
"""Operations of which no call is about a certain pool; of all others a pool that is not named is an unknown one."""

MAKE_A_POOL = frozenset(
    name
    for name, operation in OPERATIONS.items()
    if "identity_pool_name" in operation.input.model_fields and "identity_pool_id" not in operation.input.model_fields
)
"""Operations whose pool has no id before the call."""


def steers(steps: Sequence[Step], pool: Pool | None) -> frozenset[str]:
    """As in `Facts.steers`: what the steps set of a name and of tags that the pool is not known to have already.

    What cannot be read of the pool counts as changed.
    """
    known = pool or Pool("")
    changing = ((STEERING.get(step.operation.name), step.request) for step in steps)
    return frozenset(chain.from_iterable(changed(request, known) for changed, request in changing if changed))


def _by_update(request: IdentityPool, pool: Pool) -> Iterator[str]:
    """The update replaces the tags, so that each of those that are not known may go."""
    if request.identity_pool_name != pool.name:
        yield "pool_name"
    wanted = request.identity_pool_tags
    if wanted is not None and pool.tags is None:
        yield ANY_TAG
    elif wanted is not None and pool.tags is not None:
        yield from map(_tag, dict(wanted.items() ^ pool.tags.items()))


def _by_tagging(request: TagResourceInput, pool: Pool) -> Iterator[str]:
    return map(_tag, dict(request.tags.items() - (pool.tags or {}).items()))


def _by_untagging(request: UntagResourceInput, pool: Pool) -> Iterator[str]:
    return (_tag(key) for key in request.tag_keys if pool.tags is None or key in pool.tags)


def _tag(key: str) -> str:
    return f"pool_tags.{key}"


ANY_TAG = "pool_tags"
"""Stands for all tags in `Facts.steers`."""

STEERING: Mapping[str, Callable[[Any, Pool], Iterator[str]]] = MappingProxyType(
    {"update_identity_pool": _by_update, "tag_resource": _by_tagging, "untag_resource": _by_untagging}
)
"""What a call changes of a pool that there is, by the operations that can change its name and tags."""


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
        return frozenset({ANY_TAG, *map(_tag, self.globs)})

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
