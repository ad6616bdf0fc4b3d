"""Amazon Cognito identity pools as MCP tools, with human consent for what cannot be undone."""
