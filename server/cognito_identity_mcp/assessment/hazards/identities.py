"""Hazards of deleting, unlinking and merging identities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cognito_identity_mcp.assessment.hazards.hazard import Hazard, listed, when

DISABLED = "DISABLED"
"""What stands under the logins of an identity that was merged into another one (§20 no. 6)."""


@dataclass(frozen=True)
class Unlinking:
    """`linked` and `left`: the identity's logins before and after; `removed`: what the call names."""

    identity_id: str
    linked: frozenset[str]
    left: frozenset[str]
    removed: frozenset[str]


UNLINKING: tuple[Hazard[Unlinking], ...] = (
    Hazard(
        "last_login",
        "It is the last login of {}: nobody can use the identity afterwards, and nothing brings it back.",
        lambda loss: when(bool(loss.linked) and not loss.left, loss.identity_id),
    ),
    Hazard(
        "not_linked",
        "{} is not linked to the identity: AWS will refuse the call.",
        lambda loss: [(name,) for name in sorted(loss.removed - loss.linked)],
    ),
)

DELETION: tuple[Hazard[Sequence[str]], ...] = (
    Hazard(
        "cached_ids",
        "Apps that remember the id {} fail until they ask for a new one (GetId).",
        lambda ids: when(bool(ids), listed(ids)),
    ),
)


@dataclass(frozen=True)
class Merging:
    """Two identities with the names of their providers, before one ends in the other."""

    source: str
    destination: str
    source_providers: frozenset[str]
    destination_providers: frozenset[str]


MERGING: tuple[Hazard[Merging], ...] = (
    Hazard(
        "source_disabled",
        "The identity {} is disabled for good: apps that remember it fail until they ask again, and what is stored "
        "under it stays behind.",
        lambda merge: when(merge.source != merge.destination, merge.source),
    ),
    Hazard(
        "merge_conflict",
        "Both identities have a login of {}: AWS will refuse the merge.",
        lambda merge: [
            (name,)
            for name in sorted(merge.source_providers & merge.destination_providers)
            if merge.source != merge.destination
        ],
    ),
    Hazard(
        "already_merged",
        "Both users have the identity {} already: nothing changes.",
        lambda merge: when(merge.source == merge.destination, merge.source),
    ),
)
