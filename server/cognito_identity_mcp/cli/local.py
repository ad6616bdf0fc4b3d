"""`local`: the local Cognito Identity service alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cognito_identity_mcp import logs
from cognito_identity_mcp.cli import options
from cognito_identity_mcp.settings import MEMORY


def local(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 picks a free one.", min=0, max=65535)] = 9230,
    data: Annotated[
        str, typer.Option(help="Data file; :memory: forgets everything at the end.", metavar="PATH")
    ] = MEMORY,
    account_id: Annotated[str, typer.Option(help="AWS account id that ARNs name.")] = "123456789012",
    region: Annotated[str, typer.Option(help="Region of unsigned calls that name none.")] = "us-east-1",
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error.", metavar="LEVEL")] = "warning",
) -> None:
    """Run Cognito Identity on this machine, for any AWS SDK, the AWS CLI or your tests.

    Prints its URL when it is ready. Any credentials are accepted:

        aws --endpoint-url http://127.0.0.1:9230 cognito-identity list-identity-pools --max-results 10
    """
    from cognito_identity_local.server import LocalServiceError, LocalSettings, run

    level = options.read(None, log_level=log_level).log_level
    logs.configure(level)
    settings = LocalSettings(
        host=host,
        port=port,
        data=None if data == MEMORY else Path(data).expanduser(),
        account_id=account_id,
        default_region=region,
    )
    try:
        run(settings, typer.echo)
    except LocalServiceError as error:
        options.fail(str(error))
