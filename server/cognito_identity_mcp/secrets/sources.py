"""Where the operator keeps secrets that a model may use by name: `[secret_sources.NAME]` in the TOML file.

Only the description stands here, because the settings hold it; reading is the business of `references`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

NAME_PATTERN = r"[a-z0-9][a-z0-9._-]{0,39}"
"""Short and in lower case, so that a token which somebody puts behind `secret:` by mistake is not taken for a name."""

PREFIX = "secret:"
"""In the place of a secret value: what follows is the name of a configured one."""

KINDS = ("env", "file", "command")


def is_reference(text: str) -> bool:
    """Whether the text is `secret:` and something that can be a name."""
    return re.fullmatch(PREFIX + NAME_PATTERN, text) is not None


def _well_named(name: str) -> str:
    if re.fullmatch(NAME_PATTERN, name) is None:
        raise ValueError("a name has lower-case letters, digits, '.', '_' and '-', at most 40 of them")
    return name


SourceName = Annotated[str, AfterValidator(_well_named)]
NonEmpty = Annotated[str, Field(min_length=1)]


class SecretSource(BaseModel):
    """One place that holds a secret: an environment variable, a file, or what a command prints.

    The command is a program with its arguments; no shell reads it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    env: NonEmpty | None = None
    file: Path | None = None
    command: tuple[NonEmpty, ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _exactly_one(cls, table: Any) -> Any:
        given = list(cast("dict[str, Any]", table)) if isinstance(table, dict) else []
        if len(given) != 1 or given[0] not in KINDS:
            raise ValueError(f"must be a table with exactly one of {', '.join(KINDS)}")
        return cast("Any", table)

    @field_validator("file")
    @classmethod
    def _the_same_from_everywhere(cls, file: Path) -> Path:
        path = file.expanduser()
        if not path.is_absolute():
            raise ValueError("must be an absolute path, or start with ~/")
        return path

    @field_validator("command", mode="before")
    @classmethod
    def _words(cls, command: Any) -> Any:
        if not isinstance(command, list | tuple) or not command:
            raise ValueError('must be a list: the program and its arguments, as ["op", "read", "op://vault/item"]')
        return cast("Any", command)
