"""How grave a call is: the order of effects, and the effect of a change of configuration."""

from __future__ import annotations

from collections.abc import Iterable

from cognito_identity_mcp.assessment.difference import only_adds
from cognito_identity_mcp.assessment.model import Change
from cognito_identity_tools.operation import Effect

SEVERITY = (Effect.READ, Effect.WRITE, Effect.OVERWRITE, Effect.CREDENTIAL, Effect.DESTROY)
"""Mildest first; a call that destroys has to be typed, so it stands above one that mints."""


def strictest(effects: Iterable[Effect]) -> Effect:
    """The gravest of them; `read` for none."""
    return max(effects, key=SEVERITY.index, default=Effect.READ)


def effect_of(changes: tuple[Change, ...], *, raised: bool = False) -> Effect:
    """`write` for changes that only add, or that are none; `overwrite` for others, and where a hazard raises it."""
    return Effect.WRITE if only_adds(changes) and not raised else Effect.OVERWRITE
