"""The form of a policy file. Reading one, and telling what is wrong with it: `file`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from cognito_identity_mcp.policy.conditions import OneOf, PoolName, PoolTags
from cognito_identity_mcp.policy.decision import Condition, Rule, Source, Verdict
from cognito_identity_mcp.settings import Preset
from cognito_identity_tools.operation import Effect

UNKNOWN_NAME = "unknown_name"
"""Type of the error for a value that is none of a set of names; its context has `kind` and `names`."""

WORDED = "worded"
"""Type of the errors that say themselves what is wrong."""

NAMED_TWICE = "named_twice"
"""Type of the error for a rule whose name another one has; its context has the rule's `index`."""


def _one_of(kind: str, names: Iterable[str]) -> BeforeValidator:
    known = list(names)

    def check(value: object) -> object:
        return _checked(value, kind, known)

    return BeforeValidator(check)


def _known_tool(value: object, info: ValidationInfo) -> object:
    """The names of the tools come with the validation: who has the tools needs this module first."""
    return _checked(value, "operation", info.context)


def _checked(value: object, kind: str, names: Collection[str] | None) -> object:
    if value not in (names or ()):
        raise PydanticCustomError(UNKNOWN_NAME, "unknown name", {"kind": kind, "names": list(names or ())})
    return value


def _like(pattern: str, words: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise PydanticCustomError(WORDED, "{given} is not {words}", {"given": repr(text), "words": words})
        return text

    return AfterValidator(check)


def _one_line(text: str) -> str:
    """It is shown in questions, errors and the log."""
    if not text.isprintable():
        raise PydanticCustomError(WORDED, "must be one line of printable characters")
    return text


def _closed(glob: str) -> str:
    """No pool has a bracket in its name or tags, so a glob with one that stands for itself never matches."""
    if "[" in re.sub(r"\[!?.[^]]*\]", "", glob):
        raise PydanticCustomError(WORDED, "has a [ without its ], and would match no pool")
    return glob


_Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
_Decision = Annotated[Verdict, _one_of("decision", Verdict)]
_Effect = Annotated[Effect, _one_of("effect", Effect)]
_Tool = Annotated[str, BeforeValidator(_known_tool)]
_REGION = r"[a-z]{2,}(-[a-z]+)+-[0-9]+"
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_Region = Annotated[str, _like(_REGION, "a region, as eu-west-1")]
_Account = Annotated[str, _like("[0-9]{12}", "an account's twelve digits")]
_PoolId = Annotated[str, _like(f"{_REGION}:{_UUID}", "a pool id, as eu-west-1:01234567-89ab-cdef-0123-456789abcdef")]
_Scope = Annotated[str, Field(min_length=1)]
_Glob = Annotated[str, Field(min_length=1), AfterValidator(_closed)]
_TagKey = Annotated[str, Field(min_length=1)]
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
    pool_tags: dict[_TagKey, _Glob] | None = _NotEmpty
    scopes: tuple[_Scope, ...] | None = _NotEmpty

    @model_validator(mode="after")
    def _has_a_condition(self) -> RuleTable:
        if not self.conditions():
            names = ", ".join(sorted({*_ONE_OF, "pool_name", "pool_tags"}))
            raise PydanticCustomError(
                WORDED, f"has no condition and would match every call; give at least one of {names}"
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
    """A whole file. What it leaves open is decided by the preset, else by the built-in defaults.

    To be validated with the names of all operations and workflow tools as the context.
    """

    preset: Annotated[Preset, _one_of("preset", Preset)] | None = None
    effects: dict[_Effect, _Decision] = {}
    operations: dict[_Tool, _Decision] = {}
    rules: tuple[RuleTable, ...] = ()
    inline_secrets_over_http: StrictBool = False

    @field_validator("rules")
    @classmethod
    def _names_are_unique(cls, rules: tuple[RuleTable, ...]) -> tuple[RuleTable, ...]:
        names = [rule.name for rule in rules]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise PydanticCustomError(
                    NAMED_TWICE, "another rule is named {name}", {"name": repr(name), "index": index}
                )
        return rules

    def source(self, name: str) -> Source:
        """`name` is for people: "policy file"."""
        rules = tuple(table.rule() for table in self.rules)
        return Source(name, rules, self.operations, self.effects, self.inline_secrets_over_http)
