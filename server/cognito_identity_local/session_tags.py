"""Attributes for access control: from token claims to principal tags (fact sheet §13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic_core import to_json

from cognito_identity_local.context import Call
from cognito_identity_local.errors import invalid_pool_configuration
from cognito_identity_local.logins import Login
from cognito_identity_local.providers import Kind
from cognito_identity_local.store import PoolRow, PrincipalTagRow

MAX_BYTES = 460
"""All values together; STS refuses more."""

_DEFAULTS: Mapping[str, str] = {"client": "aud", "username": "sub"}
"""Tag names of the console's default map."""


def session_tags(call: Call, pool: PoolRow, logins: Sequence[Login]) -> dict[str, str]:
    """The tags of a session opened with the logins; the first login that has a tag gives its value."""
    tags: dict[str, str] = {}
    for login in logins:
        configured = call.store.principal_tags.find(pool.seq, login.provider.tag_key)
        if configured is not None:
            tags = {**_tags(configured, login), **tags}
    return tags


def refuse_packed_too_large(tags: Mapping[str, str]) -> None:
    """STS's refusal of too many tags, which the enhanced flow hides behind its one text (fact sheet §13)."""
    if sum(len(value.encode()) for value in tags.values()) > MAX_BYTES:
        raise invalid_pool_configuration()


def _tags(configured: PrincipalTagRow, login: Login) -> dict[str, str]:
    names = _DEFAULTS if configured.use_defaults else configured.tags
    return {tag: value for tag, claim in names.items() if (value := _value(login, claim)) is not None}


def _value(login: Login, claim: str) -> str | None:
    """A claim as text. Opaque tokens and assertions have a subject and a client without claims of that name."""
    known = {"sub": login.subject, "user_id": login.subject, "aud": login.client}
    if claim in known and login.provider.kind in (Kind.OPAQUE, Kind.TOKEN_AND_SECRET, Kind.SAML):
        return known[claim] or None
    return None if login.claims.get(claim) is None else claim_text(login.claims[claim])


def claim_text(value: object) -> str:
    """The string form in which claims are compared and become tags; a list is joined (fact sheet §12, inferred)."""
    if isinstance(value, list):
        return ",".join(map(claim_text, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return to_json(value).decode() if isinstance(value, bool | dict) else str(value)
