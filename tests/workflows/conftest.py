"""Servers for the tests of the workflows, each with records of its own."""

from __future__ import annotations

from tests.interaction.conftest import era, no_blocking_calls, settings

__all__ = ["era", "no_blocking_calls", "settings"]
