"""Secrets: kept out of sight, handed over outside the conversation, and taken in by name."""
