"""What obtaining, unlinking and deleting identities would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_identity_mcp.assessment.difference import difference
from cognito_identity_mcp.assessment.hazards.hazard import listed, warned
from cognito_identity_mcp.assessment.hazards.identities import DELETION, UNLINKING, Unlinking
from cognito_identity_mcp.assessment.hazards.sign_ins import GUESTS, SEVERAL_LOGINS
from cognito_identity_mcp.assessment.live import Live
from cognito_identity_mcp.assessment.model import Change, Findings
from cognito_identity_mcp.assessment.wording import counted, typed_for
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.identities import (
    DeleteIdentitiesInput,
    GetIdInput,
    IdentityDescription,
    UnlinkIdentityInput,
)

DESCRIBED = 5
"""Identities of a deletion that are looked at one by one; the rest are only named."""


async def get_id(request: GetIdInput, live: Live) -> Findings:  # noqa: ARG001 - nothing that could be read helps
    """Whose a login is cannot be seen without using it; several logins can merge identities, so that has to be asked.

    Nothing is read: the operation needs no AWS credentials, and app starts call it often.
    """
    providers = sorted(request.logins or ())
    said = warned((*SEVERAL_LOGINS, *GUESTS), providers)
    return Findings(
        Effect.OVERWRITE if said.raises else Effect.WRITE,
        f"Finds the identity with the login of {listed(providers)}, or makes one." if providers else _ANOTHER_GUEST,
        warnings=said.sentences,
        way_back="A merge of identities cannot be taken back." if said.raises else "",
    )


_ANOTHER_GUEST = "Makes another guest identity."


async def delete(request: DeleteIdentitiesInput, live: Live) -> Findings:
    ids = list(dict.fromkeys(request.identity_ids_to_delete))
    found = {each: await _described(each, live) for each in ids[:DESCRIBED]}
    return Findings(
        Effect.DESTROY,
        f"Deletes {_named(ids)} for good; the same {_users(ids)} next time.",
        changes=tuple(Change(f"identities[{each}]", *_fate(each, found)) for each in sorted(ids)),
        counts=_counts(ids, found),
        warnings=warned(DELETION, [each for each in ids if found.get(each, ids)]).sentences,
        way_back="Nothing comes back: whoever signs in again gets a new identity.",
        typed=typed_for(request),
    )


def _fate(identity_id: str, found: Mapping[str, dict[str, Any] | None]) -> tuple[str, str]:
    """What becomes of an identity, in a few words: whose it is and when it changed last, and that it goes."""
    if identity_id not in found:
        return "not looked at", "deleted"
    facts = found[identity_id]
    if facts is None:
        return "not found", "nothing to delete"
    logins = ", ".join(facts.get("logins", ())) or "guest"
    modified = f", last modified {facts['last_modified_date'][:10]}" if "last_modified_date" in facts else ""
    return logins + modified, "deleted"


def _named(ids: list[str]) -> str:
    return f"the identity {ids[0]}" if len(ids) == 1 else f"{len(ids)} identities"


def _users(ids: list[str]) -> str:
    return "user gets a new id" if len(ids) == 1 else "users get new ids"


async def _described(identity_id: str, live: Live) -> dict[str, Any] | None:
    """None where there is no such identity."""
    found: IdentityDescription | None = await live.find("describe_identity", identity_id=identity_id)
    return None if found is None else found.model_dump(mode="json", exclude_none=True)


def _counts(ids: list[str], found: Mapping[str, dict[str, Any] | None]) -> tuple[str, ...]:
    of = "" if len(found) == len(ids) else f" among the first {len(found)}"
    guests = sum(each is not None and "logins" not in each for each in found.values())
    missing = sum(each is None for each in found.values())
    more = {f"{counted(guests, 'guest')}{of}": guests, f"{missing} not found{of}": missing}
    return (counted(len(ids), "identity", "identities"), *(text for text, number in more.items() if number))


async def unlink(request: UnlinkIdentityInput, live: Live) -> Findings:
    identity: IdentityDescription = await live.read("describe_identity", identity_id=request.identity_id)
    linked, removed = frozenset(identity.logins or ()), frozenset(request.logins_to_remove)
    left = linked - removed
    return Findings(
        Effect.DESTROY,
        f"Takes the login of {listed(sorted(removed))} away from the identity {request.identity_id}.",
        changes=difference({"logins": sorted(linked)}, {"logins": sorted(left)}),
        counts=(f"{counted(len(left), 'login')} left",),
        warnings=warned(UNLINKING, Unlinking(request.identity_id, linked, left, removed)).sentences,
        way_back="Whoever signs in with the login again gets another identity, unless it is linked anew.",
        typed=typed_for(request),
    )


ASSESSORS = {
    "get_id": get_id,
    "delete_identities": delete,
    "unlink_identity": unlink,
}
