"""Options that several commands share; those of settings are read together with environment and file.

The option of a setting that is not given is None, so that environment, file and default can speak.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any, Concatenate, get_args

import click

from cognito_identity_mcp.cli.exits import fail
from cognito_identity_mcp.settings import (
    PREFIX,
    LogFormat,
    LogLevel,
    Preset,
    Secrets,
    Settings,
    SettingsError,
    Transport,
    load,
)

Run = Callable[..., None]
"""What click runs: its parameters are the options."""

Option = Callable[[Run], Run]
"""Adds itself to a command."""


def _setting(name: str, flags: str | None = None, **details: Any) -> tuple[str, Option]:
    """The option for a setting. `flags`: how it is written, where not as the setting."""
    help_text = f"{Settings.model_fields[name].description}  [env var: {PREFIX}{name.upper()}]"
    written = flags or f"--{name.replace('_', '-')}"
    return name, click.option(written, name, default=None, help=help_text, **details)


def _one_of(values: Iterable[str]) -> click.Choice[str]:
    """By value; of an enumeration click would take the names of its members."""
    return click.Choice([str(value) for value in values])


_SETTINGS = MappingProxyType(
    dict(
        (
            _setting("local", "--local/--no-local"),
            _setting("data", metavar="PATH"),
            _setting("transport", type=_one_of(Transport)),
            _setting("host", metavar="ADDRESS"),
            _setting("port", type=int, metavar="PORT"),
            _setting("profile", metavar="NAME"),
            _setting("region", metavar="REGION"),
            _setting("endpoint_url", metavar="URL"),
            _setting("read_only", "--read-only/--no-read-only"),
            _setting("policy", metavar="FILE"),
            _setting("preset", type=_one_of(Preset)),
            _setting("hide_refused", "--hide-refused/--list-refused"),
            _setting("approval_wait", "--wait", type=float, metavar="SECONDS"),
            _setting("secrets", type=_one_of(Secrets)),
            _setting("state", metavar="PATH"),
            _setting("log_level", metavar="|".join(get_args(LogLevel))),
            _setting("log_format", metavar="|".join(get_args(LogFormat))),
        )
    )
)
"""By setting, in the order of the help pages."""

_CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar=f"{PREFIX}CONFIG",
    show_envvar=True,
    metavar="FILE",
    help='TOML file with any of the settings, as region = "eu-west-1". Command line and environment override it.',
)

limit = click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, metavar="NUMBER", help="How many, the newest first."
)

EVERYTHING = tuple(_SETTINGS)
PLACE = ("local", "data", "profile", "region", "endpoint_url")
"""Where calls go."""
RULES = ("read_only", "policy", "preset")
"""What is allowed."""


def with_settings(*names: str, **otherwise: Any) -> Callable[[Callable[Concatenate[Settings, ...], None]], Run]:
    """Adds the options of these settings and `--config` to a command, which is called with the settings that hold.

    `otherwise` are defaults of the command's own.
    Wrong settings end the command with exit status 2.
    """

    options: list[Option] = [*(_SETTINGS[name] for name in sorted(names, key=EVERYTHING.index)), _CONFIG]

    def added(command: Callable[Concatenate[Settings, ...], None]) -> Run:
        @wraps(command)
        def run(config: Path | None, **given: Any) -> None:
            values = {name: given.pop(name) for name in names}
            command(_read(config, _set(values), otherwise), **given)

        return _with(options, run)

    return added


def _with(options: Iterable[Option], run: Run) -> Run:
    """The options in the order of the help page; click wants the last one first."""
    for option in reversed([*options]):
        run = option(run)
    return run


def _set(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _read(config: Path | None, values: dict[str, Any], otherwise: dict[str, Any]) -> Settings:
    with settings_errors():
        return load(values, config, otherwise)


@contextmanager
def settings_errors() -> Generator[None]:
    """Ends the command with the message and exit status 2 when settings are wrong."""
    try:
        yield
    except SettingsError as error:
        fail(str(error))
