"""`python -m cognito_identity_mcp`."""

from cognito_identity_mcp.cli import main

main()
