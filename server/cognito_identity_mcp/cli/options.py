"""Options that several commands share, and reading them together with environment and file.

An option that is not given is None, so that environment, file and default can speak.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from cognito_identity_mcp.cli.exits import fail
from cognito_identity_mcp.settings import PREFIX, LogFormat, LogLevel, Preset, Secrets, Settings, SettingsError, load


def help_of(name: str) -> str:
    """The help of the option for a setting."""
    return f"{Settings.model_fields[name].description}  [env var: {PREFIX}{name.upper()}]"


Local = Annotated[bool | None, typer.Option("--local/--no-local", help=help_of("local"))]
Data = Annotated[str | None, typer.Option(help=help_of("data"), metavar="PATH")]
Profile = Annotated[str | None, typer.Option(help=help_of("profile"), metavar="NAME")]
Region = Annotated[str | None, typer.Option(help=help_of("region"), metavar="REGION")]
EndpointUrl = Annotated[str | None, typer.Option(help=help_of("endpoint_url"), metavar="URL")]
ReadOnly = Annotated[bool | None, typer.Option("--read-only/--no-read-only", help=help_of("read_only"))]
PolicyOption = Annotated[Path | None, typer.Option("--policy", help=help_of("policy"), metavar="FILE")]
PresetOption = Annotated[Preset | None, typer.Option("--preset", help=help_of("preset"))]
HideRefused = Annotated[bool | None, typer.Option("--hide-refused/--list-refused", help=help_of("hide_refused"))]
ApprovalWait = Annotated[float | None, typer.Option("--wait", help=help_of("approval_wait"), metavar="SECONDS")]
SecretsOption = Annotated[Secrets | None, typer.Option(help=help_of("secrets"))]
State = Annotated[Path | None, typer.Option(help=help_of("state"), metavar="PATH")]
LogLevelOption = Annotated[str | None, typer.Option(help=help_of("log_level"), metavar="|".join(get_args(LogLevel)))]
LogFormatOption = Annotated[str | None, typer.Option(help=help_of("log_format"), metavar="|".join(get_args(LogFormat)))]
Config = Annotated[
    Path | None,
    typer.Option(
        help='TOML file with any of the settings, as region = "eu-west-1". Command line and environment override it.',
        envvar=f"{PREFIX}CONFIG",
        metavar="FILE",
    ),
]


def read(config: Path | None, **given: Any) -> Settings:
    """The settings that hold; `given` are this command line's, None where an option was left out."""
    with settings_errors():
        return load({name: value for name, value in given.items() if value is not None}, config)


@contextmanager
def settings_errors() -> Generator[None]:
    """Ends the command with the message and exit status 2 when settings are wrong."""
    try:
        yield
    except SettingsError as error:
        fail(str(error))
