"""`local`: the local Cognito Identity service alone."""

from __future__ import annotations

import gc
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognito_identity_mcp.cli.exits import fail
from cognito_identity_mcp.cli.local_options import MEMORY, LocalOptions, with_local_options

if TYPE_CHECKING:
    from cognito_identity_local.faults import FaultSettings
    from cognito_identity_local.login_keys import LoginKeySettings
    from cognito_identity_local.server import LocalSettings

_UNVERIFIED = (
    "Login tokens{}: claims are checked, signatures are not. "
    "To check them: --issuer ISSUER=URL; to refuse what cannot be checked: --require-signatures."
)


@click.command()
@with_local_options
def local(given: LocalOptions) -> None:
    """Run Cognito Identity on this machine, for any AWS SDK.

    The AWS CLI and your tests work with it too. Prints its URL when it is ready. Any credentials are accepted:

    \b
        aws --endpoint-url http://127.0.0.1:9230 cognito-identity \\
            list-identity-pools --max-results 10

    GET /health answers as soon as it serves, POST /reset begins again, GET /dump gives the data as a seed.

    Start with pools, roles and users of a file, or keep what is there as such a file:

    \b
        cognito-identity-mcp local --seed pools.toml
        cognito-identity-mcp local --data cognito.sqlite3 --dump pools.json

    Check the signatures of your user pool's tokens, and take no others:

    \b
        cognito-identity-mcp local --require-signatures \\
            --issuer "$ISSUER=https://$ISSUER/.well-known/jwks.json"

    with ISSUER=cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc123, the key in Logins.

    Test your retries: throttled as on AWS, one GetId in twenty fails, every answer takes its time:

    \b
        cognito-identity-mcp local --throttle \\
            --fault GetId=InternalErrorException:0.05 --latency 20ms±5ms

    Every option can also be set in the environment, as COGNITO_IDENTITY_LOCAL_PORT=0; several values of a repeatable
    option are separated by spaces. The command line wins.
    """
    gc.disable()  # until it serves: nothing that a start makes is garbage
    # pydantic looks for plugins in the metadata of all installed packages: a fifth of the start, and none is wanted.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from cognito_identity_local.login_keys import LoginKeySettings, parse_issuers
    from cognito_identity_local.quotas import parse_quotas
    from cognito_identity_local.server import LocalServiceError, LocalSettings

    logging.basicConfig(level=given.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = LocalSettings(
            host=given.host,
            port=given.port,
            data=None if given.data == MEMORY else Path(given.data).expanduser(),
            account_id=given.account_id,
            default_region=given.region,
            seed=Path(given.seed).expanduser() if given.seed else None,
            seed_if_empty=given.seed_if_empty,
            login_keys=LoginKeySettings(parse_issuers(given.issuer), given.require_signatures),
            quotas=parse_quotas(given.quota),
            faults=_faults(given),
        )
        _run(settings, given)
    except LocalServiceError as error:
        fail(str(error))


def _faults(given: LocalOptions) -> FaultSettings | None:
    if not (given.throttle or given.fault or given.latency):
        return None
    from cognito_identity_local import faults

    return faults.FaultSettings(
        rates=faults.parse_rates(given.throttle),
        faults=tuple(map(faults.parse_fault, given.fault)),
        latency=faults.parse_latency(given.latency) if given.latency else None,
        random_seed=given.random_seed,
    )


def _run(settings: LocalSettings, given: LocalOptions) -> None:
    from cognito_identity_local import server

    if given.seed_schema is not None:
        _write(given.seed_schema, _schema())
    elif given.dump is not None:
        _write(given.dump, server.dumped(settings))
    else:
        folder = _folder_to_make(settings.data)
        server.run(settings, lambda url: _announce(url, settings.login_keys, folder))


def _schema() -> str:
    from cognito_identity_mcp.manifests import local_seed

    (schema,) = local_seed.files().values()
    return schema


def _folder_to_make(data: Path | None) -> Path | None:
    """The folder that starting makes for a data file."""
    return None if data is None or data.parent.exists() else data.parent


def _write(target: str, text: str) -> None:
    """In one step, so that a file that is there stays whole whatever happens."""
    if target == "-":
        click.echo(text, nl=False)
        return
    file = Path(target).expanduser()
    unfinished = file.with_name(f"{file.name}.new")
    try:
        unfinished.write_text(text, "utf-8")
        unfinished.replace(file)
    except OSError as error:
        fail(f"Cannot write {file}: {error.strerror}.")


def _announce(url: str, login_keys: LoginKeySettings, folder: Path | None) -> None:
    """The address for programs; what a human has to know beside it goes to stderr."""
    gc.freeze()  # what the start has made stays: looking through it for garbage took a sixth of the time under load
    gc.enable()
    click.echo(url)
    if folder is not None:
        click.echo(f"Made the folder {folder} for the data.", err=True)
    if not login_keys.require_signatures:
        click.echo(_UNVERIFIED.format(" of other issuers" if login_keys.issuers else ""), err=True)
