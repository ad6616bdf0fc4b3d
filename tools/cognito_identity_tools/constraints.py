"""The constraints of the AWS service model as pydantic metadata.

Owns: what may be said about a value (length, range, pattern, enum), the check, and the facts of a violation. Every
constraint a value breaks is reported, not only the first. Words are for the callers: AWS's own grammar in the local
service, plain English in the MCP server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import (
    CoreSchema,
    InitErrorDetails,
    PydanticCustomError,
    SchemaValidator,
    ValidationError,
    core_schema,
)

BROKEN = "constraint"
"""pydantic error type of a broken constraint; its context holds `rules`, a tuple of `Rule`."""

TRUSTED = object()
"""Validation context for answers of AWS: types are checked, constraints are not, so that an answer is never lost."""


class Kind(StrEnum):
    MAX_LENGTH = "max_length"
    MIN_LENGTH = "min_length"
    PATTERN = "pattern"
    MAX_VALUE = "max_value"
    MIN_VALUE = "min_value"
    ENUM = "enum"


@dataclass(frozen=True, slots=True)
class Rule:
    """One constraint, by kind and limit: an int for sizes and values, the regular expression, or the enum's values.

    `example` says more than a regular expression, where there is one.
    """

    kind: Kind
    limit: int | str | tuple[str, ...]
    example: str | None = None


def _size_rules(low: int | None, high: int | None) -> tuple[Rule, ...]:
    """Longest first, as AWS lists them."""
    rules = [(Kind.MAX_LENGTH, high), (Kind.MIN_LENGTH, low)]
    return tuple(Rule(kind, limit) for kind, limit in rules if limit is not None)


def _breaks_size(rule: Rule, size: int) -> bool:
    limit = cast("int", rule.limit)
    return size > limit if rule.kind in (Kind.MAX_LENGTH, Kind.MAX_VALUE) else size < limit


def _broken(rules: Sequence[Rule]) -> PydanticCustomError:
    return PydanticCustomError(BROKEN, "breaks a constraint", {"rules": tuple(rules)})


def _is_trusted(info: core_schema.ValidationInfo[Any]) -> bool:
    return info.context is TRUSTED


@dataclass(frozen=True)
class Text:
    """A string: length in characters, and a pattern for the whole of it, its classes ASCII as in Java."""

    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    portable_pattern: str | None = None
    """A wider pattern for the published schema, where not every validator reads the exact one."""
    example: str | None = None
    """A value that fits, for errors."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        pattern = () if self.pattern is None else (Rule(Kind.PATTERN, self.pattern, self.example),)
        return _size_rules(self.minimum, self.maximum) + pattern

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        rules, matches = self.rules, _matcher(self.pattern)

        def check(value: str, info: core_schema.ValidationInfo[Any]) -> str:
            if _is_trusted(info):
                return value
            size, fits = len(value), matches is None or matches.isinstance_python(value)
            broken = [r for r in rules if (not fits if r.kind is Kind.PATTERN else _breaks_size(r, size))]
            if broken:
                raise _broken(broken)
            return value

        return core_schema.with_info_after_validator_function(check, core_schema.str_schema(strict=True))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        published = self.portable_pattern or self.pattern
        pattern = None if published is None else f"^{published}$"
        return _with({"type": "string"}, minLength=self.minimum, maxLength=self.maximum, pattern=pattern)


_ASCII = {r"\w": "[0-9A-Za-z_]", r"\s": r"[\t-\r ]", r"\d": "[0-9]", r"\S": r"[^\t-\r ]"}
"""Java's shorthand classes are ASCII; those of the matcher's regular expressions are not."""


def _matcher(pattern: str | None) -> SchemaValidator | None:
    """A linear-time matcher for the whole string."""
    if pattern is None:
        return None
    for shorthand, ascii_class in _ASCII.items():
        pattern = pattern.replace(shorthand, ascii_class)
    return SchemaValidator(core_schema.str_schema(pattern=f"^(?:{pattern})$"))


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds, both included."""

    minimum: int
    maximum: int

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (Rule(Kind.MAX_VALUE, self.maximum), Rule(Kind.MIN_VALUE, self.minimum))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def check(value: int, info: core_schema.ValidationInfo[Any]) -> int:
            broken = [rule for rule in self.rules if _breaks_size(rule, value)]
            if broken and not _is_trusted(info):
                raise _broken(broken)
            return value

        return core_schema.with_info_after_validator_function(check, core_schema.int_schema(strict=True))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


@dataclass(frozen=True)
class OneOf:
    """A string out of a fixed set; AWS's answers may hold newer values."""

    values: tuple[str, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (Rule(Kind.ENUM, self.values),)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def check(value: str, info: core_schema.ValidationInfo[Any]) -> str:
            if value not in self.values and not _is_trusted(info):
                raise _broken(self.rules)
            return value

        return core_schema.with_info_after_validator_function(check, core_schema.str_schema(strict=True))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "enum": list(self.values)}


@dataclass(frozen=True)
class Size:
    """The number of entries of a list or a map. A wrong size is reported together with what is wrong inside."""

    minimum: int | None = None
    maximum: int | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        return _size_rules(self.minimum, self.maximum)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def check(
            value: Any, inner: core_schema.ValidatorFunctionWrapHandler, info: core_schema.ValidationInfo[Any]
        ) -> Any:
            broken: list[Rule] = []
            if isinstance(value, list | dict) and not _is_trusted(info):
                broken = [rule for rule in self.rules if _breaks_size(rule, len(cast("list[Any]", value)))]
            if not broken:
                return inner(value)
            raise _together(value, inner, _broken(broken))

        return core_schema.with_info_wrap_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        inner = handler(schema)
        if inner.get("type") == "object":
            return _with(inner, minProperties=self.minimum, maxProperties=self.maximum)
        return _with(inner, minItems=self.minimum, maxItems=self.maximum)


def _together(
    value: Any, inner: core_schema.ValidatorFunctionWrapHandler, error: PydanticCustomError
) -> ValidationError | PydanticCustomError:
    """The container's own error and those of its entries, as one."""
    try:
        inner(value)
    except ValidationError as entries:
        own = InitErrorDetails(type=error, input=value)
        return ValidationError.from_exception_data(entries.title, [own, *map(_again, entries.errors())])
    return error


def _again(error: Any) -> InitErrorDetails:
    kind: str | PydanticCustomError = error["type"]
    if kind == BROKEN:
        kind = PydanticCustomError(BROKEN, "breaks a constraint", error["ctx"])
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"], ctx=error.get("ctx", {}))


def _with(schema: JsonSchemaValue, **keywords: int | str | None) -> JsonSchemaValue:
    return schema | {key: value for key, value in keywords.items() if value is not None}


@dataclass(frozen=True)
class Secret:
    """Marks a value that must never be shown, logged, journalled or echoed in an error."""


@dataclass(frozen=True)
class SecretTail:
    """Marks a value of which the part behind the separator is a secret: `app key;app secret`."""

    separator: str


@dataclass(frozen=True)
class ToolDefault:
    """The value that the tool fills in for a member which AWS requires."""

    value: int
