"""From a file to a form, or to an error that names the file, each place in it and the rule that is broken there."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from cognito_identity_local.database import LocalServiceError
from cognito_identity_local.seed.form import Seed
from cognito_identity_local.validation import phrase
from cognito_identity_tools.constraints import BROKEN
from cognito_identity_tools.fields import as_model, member_annotation, parts, unwrap
from cognito_identity_tools.wording import plain

_SHOWN = 10
"""Problems that one message lists."""

_READERS: Mapping[str, Callable[[str], Any]] = {".toml": tomllib.loads}

_UNKNOWN = "extra_forbidden"
_WORDS = {
    "missing": "is required",
    "model_type": "must be an object",
}

Location = tuple[int | str, ...]


def read_seed(file: Path) -> Seed:
    """The form in a file: TOML if its name ends so, else JSON.

    Raises:
        LocalServiceError: the file cannot be read, or breaks a rule of the form.
    """
    document = _document(file)
    try:
        return Seed.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        problems = [f"{_place(details)}: {_rule(details)}" for details in error.errors()]
    raise refusal(file, problems)


def refusal(file: Path, problems: list[str]) -> LocalServiceError:
    """Each problem begins with its place."""
    more = f"\n  … and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    listed = "".join(f"\n  {problem}" for problem in problems[:_SHOWN])
    return LocalServiceError(f"Cannot load the seed {file}; nothing was changed.{listed}{more}")


def _place(details: Any) -> str:
    """What is no member keeps the name that was given."""
    path: Location = details["loc"]
    if details["type"] != _UNKNOWN:
        return place(path)
    return f"{place(path[:-1])}.{path[-1]}"


def place(path: Location) -> str:
    """`Pools[0].Identities[2].IdentityId`"""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in _named(Seed, path))
    return text.removeprefix(".") or "document"


def _document(file: Path) -> Any:
    try:
        return _READERS.get(file.suffix.lower(), from_json)(file.read_text("utf-8"))
    except OSError as error:
        raise LocalServiceError(f"Cannot read the seed {file}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise LocalServiceError(f"Cannot read the seed {file}: {error}.{_hint(file)}") from error


def _hint(file: Path) -> str:
    """Why it was read as JSON, where its name does not say so."""
    known = file.suffix.lower() in (".json", *_READERS)
    return "" if known else " A seed is JSON, or TOML in a file whose name ends in .toml."


def _rule(details: Any) -> str:
    if details["type"] == _UNKNOWN:
        return _unknown(details["loc"])
    if details["type"] == BROKEN:
        return ", ".join(phrase(rule) for rule in details["ctx"]["rules"])
    words = plain(details["msg"])
    return _WORDS.get(details["type"], words[:1].lower() + words[1:])


def _unknown(path: Location) -> str:
    structure = _inside(Seed, path[:-1])
    names = [field.alias or name for name, field in structure.model_fields.items()]
    close = difflib.get_close_matches(str(path[-1]), names, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"is not a member here; {hint}valid names: {', '.join(names)}"


def _inside(annotation: Any, path: Location) -> type[BaseModel]:
    """The structure at the end of the path."""
    bare, _ = unwrap(annotation)
    model = as_model(bare)
    if model is not None and not path:
        return model
    inner = parts(bare)[-1] if model is None else member_annotation(model, str(path[0]))
    return _inside(inner, path[1:])


def _named(annotation: Any, path: Location) -> Location:
    """The path in AWS's spelling; positions and the keys of maps as they are."""
    if not path:
        return ()
    bare, _ = unwrap(annotation)
    model = as_model(bare)
    if model is None:
        inner = parts(bare)
        return (path[0], *_named(inner[-1], path[1:])) if inner else path
    name = str(path[0])
    if name not in model.model_fields:
        return path
    return (model.model_fields[name].alias or name, *_named(member_annotation(model, name), path[1:]))
