"""The command line: one file per command."""

from __future__ import annotations

import typer

from cognito_identity_mcp.cli import call, demo, local, manifests, serve

app = typer.Typer(
    name="cognito-identity-mcp",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "Amazon Cognito identity pools as MCP tools, with human consent for what cannot be undone, "
        "and a local Cognito Identity service to try it on. Start with: cognito-identity-mcp demo"
    ),
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("local")(local.local)
app.command("call")(call.call)
app.command("manifests")(manifests.manifests)


def main() -> None:
    """The console script."""
    app()
