"""One row of the table of checks, and the one function that reads it.

`found` looks at a pool and yields the words for the sentence, once for each time the check hits. Where a hazard of the
assessments is the same thing, its row is used: a pool as it stands is judged as the change from nothing to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from pydantic import Field

from cognito_identity_mcp.assessment.hazards.hazard import Words
from cognito_identity_mcp.assessment.hazards.pools import NO_ROLES
from cognito_identity_mcp.assessment.hazards.roles import RolesChange
from cognito_identity_mcp.workflows.pool_state import PoolState
from cognito_identity_tools.operations.identity_pools import IdentityPool
from cognito_identity_tools.operations.principal_tags import PrincipalTagAttributeMap
from cognito_identity_tools.operations.roles import GetIdentityPoolRolesResponse as PoolRoles
from cognito_identity_tools.shapes import Shape


class Severity(StrEnum):
    """The gravest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Evidence(Shape):
    """A member by its path, and its value; without one it is not set."""

    path: str
    value: Any = None


class Fix(Shape):
    """A tool call that mends the finding: complete, and asked for like every other."""

    tool: str
    arguments: dict[str, Any]


class Finding(Shape):
    id: str
    severity: str
    identity_pool_id: str
    identity_pool_name: str
    sentence: str
    evidence: list[Evidence]
    fix: Fix | None = None
    advice: str | None = Field(None)


@dataclass(frozen=True)
class Pool:
    """A pool whose settings were read; what else was not read is None."""

    state: PoolState
    settings: IdentityPool

    @property
    def roles(self) -> PoolRoles:
        return self.state.roles or NO_ROLES

    @property
    def has_mappings(self) -> bool:
        return bool(self.roles.role_mappings)

    @property
    def classic_flow_is_open(self) -> bool:
        return self.settings.allow_classic_flow is not False

    @property
    def as_roles_change(self) -> RolesChange:
        return RolesChange(self.settings, NO_ROLES, self.roles)

    @property
    def principal_tags(self) -> tuple[PrincipalTagAttributeMap, ...]:
        return self.state.principal_tags or ()

    def value(self, path: Sequence[str]) -> Any:
        """What stands at a path, in JSON; None where nothing does."""
        value: Any = self._data()
        for part in path:
            if isinstance(value, list):
                value = cast("list[Any]", value)[int(part)]
            else:
                value = cast("Mapping[str, Any]", value or {}).get(part)
        return value

    def _data(self) -> dict[str, Any]:
        tags = {each.identity_provider_name: each.principal_tags for each in self.principal_tags}
        counts = self.state.identities
        return {
            **self.settings.model_dump(mode="json", exclude_none=True),
            **self.roles.model_dump(mode="json", exclude_none=True),
            "principal_tags": tags,
            "identities": counts.model_dump() if counts else None,
        }


Mend = Callable[[Pool, tuple[str, ...]], Fix]


@dataclass(frozen=True)
class Check:
    """`evidence` are paths, `{0}` in them stands for the first word; `needs` are members of `PoolState`."""

    id: str
    severity: Severity
    sentence: str
    found: Callable[[Pool], Words]
    evidence: tuple[tuple[str, ...], ...]
    mend: Mend | None = None
    advice: str | None = None
    needs: tuple[str, ...] = ()


def findings(checks: Sequence[Check], pool: Pool) -> Iterator[Finding]:
    """What the checks find; those that need what was not read are left out."""
    for check in checks:
        if all(getattr(pool.state, member) is not None for member in check.needs):
            for words in check.found(pool):
                yield _finding(check, pool, words)


def _finding(check: Check, pool: Pool, words: tuple[str, ...]) -> Finding:
    paths = [tuple(part.format(*words) for part in path) for path in check.evidence]
    return Finding(
        id=check.id,
        severity=check.severity.value,
        identity_pool_id=pool.settings.identity_pool_id,
        identity_pool_name=pool.settings.identity_pool_name,
        sentence=" ".join(check.sentence.format(*words).split()),
        evidence=[Evidence(path=_dotted(path), value=pool.value(path)) for path in paths],
        fix=check.mend(pool, words) if check.mend else None,
        advice=check.advice,
    )


def _dotted(path: Sequence[str]) -> str:
    return "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path).removeprefix(".")
