"""Cognito Identity on one machine: AWS JSON 1.1 over HTTP, data in SQLite."""
