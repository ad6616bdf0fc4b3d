"""The form of a policy file. Reading one, and telling what is wrong with it: `file`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from cognito_identity_mcp.policy.conditions import OneOf, PoolName, PoolTags
from cognito_identity_mcp.policy.decision import Condition, Rule, Source, Verdict
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.operation import Effect


class Preset(StrEnum):
    """Policies that come with this package."""

    OBSERVER = "observer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


TOOLS: Mapping[str, Effect] = MappingProxyType({name: each.effect for name, each in OPERATIONS.items()})
"""What a policy can name, with its usual effect: operations and workflow tools."""

UNKNOWN_NAME = "unknown_name"
"""Type of the error for a value that is none of a set of names; its context has `kind` and `names`."""

NAMED_TWICE = "named_twice"
"""Type of the error for a rule whose name another one has; its context has the rule's `index`."""


def _one_of(kind: str, names: Iterable[str]) -> BeforeValidator:
    known = list(names)

    def check(value: object) -> object:
        if value not in known:
            raise PydanticCustomError(UNKNOWN_NAME, "unknown name", {"kind": kind, "names": known})
        return value

    return BeforeValidator(check)


def _one_line(text: str) -> str:
    """It is shown in questions, errors and the log."""
    if not text.isprintable():
        raise PydanticCustomError("one_line", "must be one line of printable characters")
    return text


_Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
_Decision = Annotated[Verdict, _one_of("decision", Verdict)]
_Effect = Annotated[Effect, _one_of("effect", Effect)]
_Tool = Annotated[str, _one_of("operation", TOOLS)]
_Region = Annotated[str, Field(pattern=r"^[a-z]{2,}(-[a-z]+)+-[0-9]+\z")]
_Account = Annotated[str, Field(pattern=r"^[0-9]{12}\z")]
_PoolId = Annotated[str, Field(pattern=r"^[\w-]+:[0-9a-f-]+\z")]
_Scope = Annotated[str, Field(min_length=1)]
_Glob = Annotated[str, Field(min_length=1)]
_NotEmpty = Field(default=None, min_length=1)

_ONE_OF = ("effects", "operations", "regions", "accounts", "pool_ids", "scopes")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleTable(_Table):
    """`[[rules]]`: what is decided for the calls that all conditions hold for."""

    name: _Line
    decision: _Decision
    reason: _Line | None = None
    effects: tuple[_Effect, ...] | None = _NotEmpty
    operations: tuple[_Tool, ...] | None = _NotEmpty
    regions: tuple[_Region, ...] | None = _NotEmpty
    accounts: tuple[_Account, ...] | None = _NotEmpty
    pool_ids: tuple[_PoolId, ...] | None = _NotEmpty
    pool_name: _Glob | None = None
    pool_tags: dict[str, _Glob] | None = _NotEmpty
    scopes: tuple[_Scope, ...] | None = _NotEmpty

    @model_validator(mode="after")
    def _has_a_condition(self) -> RuleTable:
        if not self.conditions():
            names = ", ".join(sorted({*_ONE_OF, "pool_name", "pool_tags"}))
            raise PydanticCustomError(
                "no_condition", f"has no condition and would match every call; give at least one of {names}"
            )
        return self

    def conditions(self) -> tuple[Condition, ...]:
        return tuple(self._conditions())

    def _conditions(self) -> Iterator[Condition]:
        for name in _ONE_OF:
            wanted: tuple[str, ...] | None = getattr(self, name)
            if wanted is not None:
                yield OneOf(name, wanted)
        if self.pool_name is not None:
            yield PoolName(self.pool_name)
        if self.pool_tags is not None:
            yield PoolTags(self.pool_tags)

    def rule(self) -> Rule:
        return Rule(self.name, self.decision, self.conditions(), self.reason or "")


class Document(_Table):
    """A whole file. What it leaves open is decided by the preset, else by the built-in defaults."""

    preset: Annotated[Preset, _one_of("preset", Preset)] | None = None
    effects: dict[_Effect, _Decision] = {}
    operations: dict[_Tool, _Decision] = {}
    rules: tuple[RuleTable, ...] = ()

    @field_validator("rules")
    @classmethod
    def _names_are_unique(cls, rules: tuple[RuleTable, ...]) -> tuple[RuleTable, ...]:
        names = [rule.name for rule in rules]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise PydanticCustomError(NAMED_TWICE, "another rule has this name", {"index": index})
        return rules

    def source(self, name: str) -> Source:
        """`name` is for people: "policy file"."""
        return Source(name, tuple(table.rule() for table in self.rules), self.operations, self.effects)
