"""From a parsed body to a request model, and AWS's words for what is wrong with one (fact sheet §3).

Problems of JSON type are refused first, as the real front end cannot even read such a request; then every broken
constraint is listed, in the order of the members. Secret values never appear in a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_origin

from pydantic import ValidationError

from cognito_identity_tools.constraints import Kind, OneOf, Rule, Secret, SecretTail, Size, Text, Whole
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.fields import as_model, is_secret, member_annotation, parts, unwrap
from cognito_identity_tools.operation import Operation
from cognito_identity_tools.shapes import Shape, aws_name
from cognito_identity_tools.violations import Problem, Violation, violations

_PHRASES: Mapping[Kind, str] = {
    Kind.MAX_LENGTH: "Member must have length less than or equal to {}",
    Kind.MIN_LENGTH: "Member must have length greater than or equal to {}",
    Kind.PATTERN: "Member must satisfy regular expression pattern: {}",
    Kind.MAX_VALUE: "Member must have value less than or equal to {}",
    Kind.MIN_VALUE: "Member must have value greater than or equal to {}",
    Kind.ENUM: "Member must satisfy enum value set: [{}]",
}
_MISSING = "Member must not be null"
LOCAL_WITHHELD = "***"
"""In the place of a secret. AWS was seen to print whole maps of logins; an empty token, as in those, is no secret."""

_LONGEST_NAME = 128
"""Characters of a provider's name."""

_MISPLACED_LIST = "Start of list found where not expected"
_SCALARS = {"string": "String", "integer": "Integer", "boolean": "Boolean"}
"""What a member wants, as Java calls it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A value in the body: its path in AWS's spelling, and what the model says about it."""

    path: str
    value: Any
    annotation: Any


def parse(operation: Operation, body: object) -> Shape:
    """The request model for a JSON body.

    Raises:
        CognitoIdentityError: SerializationException or ValidationException.
    """
    given = without_nulls(body)
    if not isinstance(given, dict):
        raise _unreadable(_MISPLACED_LIST if isinstance(given, list) else "")
    try:
        return operation.input.model_validate(given, by_name=False, by_alias=True, extra="ignore")
    except ValidationError as error:
        found = violations(error, operation.input)
    raise _refusal(found, _Place("", given, operation.input))


def without_nulls(value: object) -> object:
    """A null member is a member left out, a null entry one that is not there."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {name: without_nulls(member) for name, member in members.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(entry) for entry in cast("list[object]", value) if entry is not None]
    return value


def _refusal(found: Sequence[Violation], body: _Place) -> CognitoIdentityError:
    for violation in found:
        if violation.problem is Problem.TYPE:
            return _unreadable(_misplaced(violation.given, str(violation.expected)))
    words = dict.fromkeys(_sentence(violation, body) for violation in found)
    plural = "s" if len(words) > 1 else ""
    message = f"{len(words)} validation error{plural} detected: {'; '.join(words)}"
    return CognitoIdentityError(ErrorCode.VALIDATION, message)


def _unreadable(message: str) -> CognitoIdentityError:
    return CognitoIdentityError(ErrorCode.SERIALIZATION, message)


def _misplaced(given: object, expected: str) -> str:
    """As DynamoDB and the user pools word it; nobody has published what this service says."""
    if isinstance(given, dict):
        return "Start of structure or map found where not expected"
    if isinstance(given, list):
        scalar = _SCALARS.get(expected)
        return f"Unrecognized collection type class java.lang.{scalar}" if scalar else _MISPLACED_LIST
    if expected not in _SCALARS:
        return "Unexpected field type"
    return f"{_token(given)} cannot be converted to {_SCALARS[expected]}"


def _token(given: object) -> str:
    """What the parser found."""
    if isinstance(given, bool):
        return f"{str(given).upper()}_VALUE"
    if isinstance(given, str):
        return "STRING_VALUE"
    return "DECIMAL_VALUE" if isinstance(given, float) else "NUMBER_VALUE"


def _sentence(violation: Violation, body: _Place) -> str:
    container = _walk(body, violation.path[:-1])
    bare, _ = unwrap(container.annotation)
    if as_model(bare) is None:
        return _words(container, violation, _inside(bare, is_key=violation.is_key))
    return _words(_step(container, violation.path[-1]), violation, _own(violation))


def _words(place: _Place, violation: Violation, constraint: str) -> str:
    shown = "null" if violation.problem is Problem.MISSING else f"'{_shown(place.value, place.annotation)}'"
    return f"Value {shown} at '{place.path}' failed to satisfy constraint: {constraint}"


def _own(violation: Violation) -> str:
    return _MISSING if violation.rule is None else phrase(violation.rule)


def _inside(container: Any, *, is_key: bool) -> str:
    """AWS reports a wrong entry at its container, with all that holds for an entry."""
    subject = "Map keys" if is_key else "Map value" if get_origin(container) is dict else "Member"
    _, metadata = unwrap(parts(container)[0 if is_key else -1])
    rules = [rule for item in metadata if isinstance(item, Text | Whole | OneOf | Size) for rule in item.rules]
    return f"{subject} must satisfy constraint: [{', '.join(map(phrase, rules))}]"


def phrase(rule: Rule) -> str:
    """AWS's words for a constraint."""
    limit = ", ".join(rule.limit) if isinstance(rule.limit, tuple) else rule.limit
    return _PHRASES[rule.kind].format(limit)


def _walk(place: _Place, path: Sequence[str | int]) -> _Place:
    for step in path:
        place = _step(place, step)
    return place


def _step(place: _Place, step: str | int) -> _Place:
    bare, _ = unwrap(place.annotation)
    model = as_model(bare)
    if model is None:
        shown = step + 1 if isinstance(step, int) else step
        return _Place(_join(place.path, f"{shown}.member"), _entry(place, step), parts(bare)[-1])
    name = aws_name(str(step))
    path = _join(place.path, name[0].lower() + name[1:])
    return _Place(path, _entry(place, name), member_annotation(model, str(step)))


def _entry(place: _Place, key: str | int) -> Any:
    """None where the member is missing or the key is withheld."""
    if isinstance(key, int):
        return place.value[key]
    return place.value.get(key)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: Any, annotation: Any) -> str:
    """As Java prints it, without secrets."""
    bare, metadata = unwrap(annotation)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={text}" for key, text in _members(cast("dict[str, Any]", value), bare)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(each, parts(bare)[-1]) for each in cast("list[Any]", value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return _without_secret(str(value), metadata)


def _members(value: Mapping[str, Any], bare: Any) -> Iterator[tuple[str, str]]:
    """A key that is too long for a name may be a token in the wrong place."""
    model = as_model(bare)
    if model is not None:
        known = {aws_name(name): member_annotation(model, name) for name in model.model_fields}
        yield from ((name, _shown(value[name], inner)) for name, inner in known.items() if name in value)
        return
    inner = parts(bare)[-1]
    for key, entry in value.items():
        is_name = len(key) <= _LONGEST_NAME or not is_secret(inner)
        yield (key if is_name else LOCAL_WITHHELD), _shown(entry, inner)


def _without_secret(text: str, metadata: Sequence[Any]) -> str:
    if any(isinstance(item, Secret) for item in metadata):
        return text and LOCAL_WITHHELD
    for item in metadata:
        if isinstance(item, SecretTail) and item.separator in text:
            return text.partition(item.separator)[0] + item.separator + LOCAL_WITHHELD
    return text
