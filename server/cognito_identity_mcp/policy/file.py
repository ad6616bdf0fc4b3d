"""Reading a policy file and the presets, and telling what is wrong with a file: line, key, what is expected.

A file that is wrong stops the start. Nothing in it is passed over: what an operator wrote to close something must not
be lost because of a typing error.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cognito_identity_mcp.arguments import dotted
from cognito_identity_mcp.policy.decision import Policy, Source
from cognito_identity_mcp.policy.document import NAMED_TWICE, UNKNOWN_NAME, Document, RuleTable
from cognito_identity_mcp.policy.overview import can_match
from cognito_identity_mcp.settings import Preset, Settings, SettingsError
from cognito_identity_mcp.toolbox import TOOLS
from cognito_identity_tools.wording import plain

Location = tuple[int | str, ...]


def policy(settings: Settings) -> Policy:
    """The policy that the settings name. Reads files, which blocks for a moment.

    Raises:
        SettingsError: the policy file cannot be read or is wrong.
    """
    limits = () if settings.preset is None else (preset(settings.preset),)
    sources = () if settings.policy is None else tuple(_sources(settings.policy.expanduser()))
    return Policy(settings.read_only, sources, limits)


def _sources(path: Path) -> Iterator[Source]:
    document = parse(_text(path), f"policy file {path}")
    yield document.source("policy file")
    if document.preset is not None:
        yield preset(document.preset)


def preset(name: Preset) -> Source:
    """A policy that comes with this package."""
    title = f"preset {name}"
    file = resources.files("cognito_identity_mcp.policy") / "presets" / f"{name}.toml"
    return parse(file.read_text("utf-8"), title).source(title)


def _text(path: Path) -> str:
    """What the file holds, if nobody but its owner and the owner's group can have written it."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read().decode()
    except OSError as error:
        raise SettingsError(f"Cannot read the policy file {path}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"The policy file {path} is not UTF-8 text: {error.reason} at byte {error.start}."
        ) from None
    if os.name == "posix" and mode & stat.S_IWOTH:
        raise SettingsError(f"Everybody can change the policy file {path}. Take that away: chmod o-w {path}")
    return text


def parse(text: str, title: str) -> Document:
    """The document in a text; `title` says in errors where it is from.

    Raises:
        SettingsError: with every problem: line, key, what is expected.
    """
    text = text.replace("\r\n", "\n")
    try:
        document = Document.model_validate(tomllib.loads(text), context=list(TOOLS))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{title}, {_worded_syntax(str(error), text)}") from None
    except ValidationError as error:
        raise _wrong(title, [_problem(details, text) for details in _innermost(error)]) from None
    problems = list(_unreachable(document, text))
    if problems:
        raise _wrong(title, problems)
    return document


_FEW = 12
"""Names that an error lists although it has a guess."""


class _Problem(NamedTuple):
    line: int
    key: str
    expected: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.key}: {self.expected}"


def _wrong(title: str, problems: list[_Problem]) -> SettingsError:
    return SettingsError("\n".join(f"{title}, {problem}" for problem in sorted(problems)))


def _innermost(error: ValidationError) -> list[ErrorDetails]:
    """Without those that only follow from others: an array of which no member is right counts as empty."""
    every = error.errors(include_url=False)
    return [one for one in every if not any(_is_inside(other["loc"], one["loc"]) for other in every)]


def _is_inside(inner: Location, outer: Location) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _problem(details: ErrorDetails, text: str) -> _Problem:
    location = _location(details)
    return _Problem(line_of(text, location), dotted(location), _expected(details))


def _unreachable(document: Document, text: str) -> Iterator[_Problem]:
    """Rules that no call can match, and pools to which the rest of their rule never comes."""
    for index, table in enumerate(document.rules):
        at: Location = ("rules", index)
        cases: dict[Location, str | None] = {at: None} if table.pool_ids is None else {}
        cases |= {(*at, "pool_ids", place): pool_id for place, pool_id in enumerate(table.pool_ids or ())}
        for location, pool_id in cases.items():
            if not can_match(table.rule(), TOOLS.values(), pool_id):
                expected = _NOT_THIS_POOL if pool_id else _NO_CALL
                yield _Problem(line_of(text, location), dotted(location), expected)


_NO_CALL = "matches no call: there is none for which all its conditions hold"
_NOT_THIS_POOL = "matches no call: the rule's other conditions hold for none about this pool"

_PLACE = re.compile(r" \(at (line (?P<line>\d+), column \d+|end of document)\)$")
"""How `tomllib` ends its messages."""


def _worded_syntax(message: str, text: str) -> str:
    found = _PLACE.search(message)
    at = found["line"] if found else None
    line = text.rstrip().count("\n") + 1 if at is None else int(at)
    content = text.split("\n")[line - 1].strip()
    return f"line {line}: not TOML: {_PLACE.sub('', message)}: {content}"


def _location(details: ErrorDetails) -> Location:
    if details["type"] == NAMED_TWICE:
        return ("rules", details.get("ctx", {})["index"], "name")
    return tuple(part for part in details["loc"] if part != "[key]")


def line_of(text: str, location: Location) -> int:
    """The line, from 1, on which the table or the key-value pair that brings a location begins.

    TOML's statements end with a line, and one that is cut off does not parse. So the statement begins after the longest
    beginning of the file that parses and lacks the location. A location that the file lacks stands for its container.
    """
    whole = tomllib.loads(text)
    while not _has(whole, location):
        location = location[:-1]
    lines = text.split("\n")
    lacking = (count for count in range(len(lines), 0, -1) if _parses_without(location, lines[:count]))
    return next(lacking, 0) + 1


def _parses_without(location: Location, lines: Sequence[str]) -> bool:
    try:
        return not _has(tomllib.loads("\n".join(lines)), location)
    except tomllib.TOMLDecodeError:
        return False


def _has(value: Any, location: Location) -> bool:
    for part in location:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _expected(details: ErrorDetails) -> str:
    kind, given = details["type"], details["input"]
    if kind == UNKNOWN_NAME:
        context = details.get("ctx", {})
        return _nearest(context["kind"], given, context["names"])
    if kind == "extra_forbidden":
        return _nearest("key", details["loc"][-1], _keys_at(details["loc"][:-1]))
    return _RULES.get(kind, plain(details["msg"]))


_RULES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "is required",
        "too_short": "must not be empty",
        "string_too_short": "must not be empty",
        "string_too_long": "must have at most 200 characters",
        "string_type": "must be a string",
        "bool_type": "must be true or false",
        "tuple_type": "must be an array",
        "dict_type": "must be a table",
        "model_type": "must be a table",
    }
)
"""By type of the error; those of `document` say themselves what is wrong."""


def _nearest(kind: str, given: object, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(str(given), names, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    known = "" if close and len(names) > _FEW else f" {kind.capitalize()}s are: {', '.join(names)}."
    return f"there is no {kind} {given!r}.{hint}{known}"


def _keys_at(location: Location) -> list[str]:
    model = RuleTable if location[:1] == ("rules",) else Document
    return list(model.model_fields)
