"""Which identities a purge would delete, and what a human is told about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cognito_identity_mcp.assessment.hazards.hazard import warned
from cognito_identity_mcp.assessment.hazards.identities import DELETION
from cognito_identity_mcp.assessment.live import Live, Unreadable
from cognito_identity_mcp.assessment.model import Assessment, Change, Findings, Pool
from cognito_identity_mcp.assessment.wording import counted
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.operations.identities import IdentityDescription

if TYPE_CHECKING:
    from cognito_identity_mcp.conversation import Conversation
    from cognito_identity_mcp.workflows.reading import Reader

SAMPLE = 10

_MOST_CANDIDATES = 20_000
"""Identities that are remembered while it is found out which of them are disabled."""

_LOOKS = 2
"""Listings of the enabled identities in which a disabled one has to be missing: pages shift while others delete, and an
enabled identity that slips through one listing must not be taken for a disabled one."""


@dataclass
class Progress:
    """Counts up what was done, as MCP wants it: never back."""

    conversation: Conversation
    done: int = 0

    async def add(self, number: int, message: str, left: int | None = None) -> None:
        """`left`: how much is still to do, where that is known."""
        self.done += number
        await self.conversation.progress(self.done, None if left is None else self.done + left, message)


@dataclass(frozen=True)
class Filter:
    """`only`: "guest" (no login, not disabled) or "disabled" (merged into another one); all that is set has to hold."""

    identity_pool_id: str
    only: str | None
    before: datetime | None
    most: int

    @property
    def words(self) -> str:
        """ "only guests, last modified before 2026-01-01T00:00:00Z" """
        kind = {"guest": ["only guests"], "disabled": ["only disabled ones"]}.get(self.only or "", [])
        age = [f"last modified before {_rfc3339(self.before)}"] if self.before else []
        return ", ".join(kind + age)

    @property
    def hide_disabled(self) -> bool | None:
        """Whether the listing in which the set is found leaves out the disabled ones."""
        return True if self.only == "guest" else None

    def admits(self, identity: IdentityDescription) -> bool:
        """Whether it may be in the set, as far as one listing tells."""
        is_old = self.before is None or (
            identity.last_modified_date is not None and identity.last_modified_date < self.before
        )
        return is_old and (self.only != "guest" or not identity.logins)


@dataclass(frozen=True)
class Found:
    """The exact set, by id, in the order in which it was listed. `complete`: the pool has no others that match."""

    identities: Mapping[str, IdentityDescription]
    scanned: int
    complete: bool

    @property
    def ids(self) -> tuple[str, ...]:
        """Sorted."""
        return tuple(sorted(self.identities))

    @property
    def digest(self) -> str:
        """Identifies the set: SHA-256 over its ids."""
        return hashlib.sha256("\n".join(self.ids).encode()).hexdigest()

    @property
    def state(self) -> str:
        """Identifies the set and all that was listed of its identities."""
        facts = [each.model_dump(mode="json", exclude_none=True) for each in self._in_order]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    @property
    def sample(self) -> list[IdentityDescription]:
        return self._in_order[:SAMPLE]

    @property
    def _in_order(self) -> list[IdentityDescription]:
        return [self.identities[each] for each in self.ids]


@dataclass
class Scan:
    """One look at a pool."""

    reader: Reader
    progress: Progress
    wanted: Filter
    scanned: int = 0

    async def run(self) -> Found:
        """Raises as `Conduct.read`."""
        most = _MOST_CANDIDATES if self.wanted.only == "disabled" else self.wanted.most
        # All first, enabled ones after: whoever joins in between must not pass for a disabled one.
        matching, complete = await self._matching(most)
        if self.wanted.only == "disabled":
            for _ in range(_LOOKS):
                await self._drop_enabled(matching)
        kept = list(matching)[: self.wanted.most]
        return Found({each: matching[each] for each in kept}, self.scanned, complete and len(kept) == len(matching))

    async def _matching(self, most: int) -> tuple[dict[str, IdentityDescription], bool]:
        """The first that may be in the set, and whether these are all."""
        found: dict[str, IdentityDescription] = {}
        async for page in self._pages(hide_disabled=self.wanted.hide_disabled):
            self.scanned += len(page)
            found |= {str(each.identity_id): each for each in page if self.wanted.admits(each)}
            if len(found) > most:
                return found, False
        return found, True

    async def _drop_enabled(self, candidates: dict[str, IdentityDescription]) -> None:
        async for page in self._pages(hide_disabled=True):
            for each in page:
                candidates.pop(str(each.identity_id), None)
            if not candidates:
                return

    async def _pages(self, *, hide_disabled: bool | None) -> AsyncGenerator[list[IdentityDescription]]:
        pool_id = self.wanted.identity_pool_id
        pages = self.reader.pages("list_identities", identity_pool_id=pool_id, hide_disabled=hide_disabled)
        async for page in pages:
            yield page.identities or []
            await self.progress.add(len(page.identities or []), "Looking at the pool's identities")


async def assessment(wanted: Filter, found: Found, live: Live) -> Assessment:
    """What deleting the set would do; it rests on the set, and on the pool's name and tags."""
    try:
        pool = await live.pool(wanted.identity_pool_id)
    except Unreadable:
        pool = Pool(wanted.identity_pool_id)
    facts = json.dumps([pool.id, pool.name, dict(pool.tags or {}), wanted.words, found.state], sort_keys=True)
    return Assessment(_findings(wanted, found, pool), hashlib.sha256(facts.encode()).hexdigest(), pool=pool)


def _findings(wanted: Filter, found: Found, pool: Pool) -> Findings:
    number, name = counted(len(found.ids), "identity", "identities"), pool.name or pool.id
    return Findings(
        Effect.DESTROY,
        f'Deletes {number} from identity pool "{name}" for good: {wanted.words}. Their users get new ids next time.',
        changes=tuple(_sample(found)),
        counts=(*_counts(found, number), f"exactly this set: {found.digest[:16]} (SHA-256 of its ids)"),
        warnings=warned(DELETION, found.ids).sentences,
        way_back="Nothing comes back: whoever signs in again gets a new identity.",
        typed=f"delete {number} of {name}",
    )


def _counts(found: Found, number: str) -> Iterator[str]:
    yield number if len(found.ids) <= SAMPLE else f"{number}, of which {SAMPLE} are shown"


def _sample(found: Found) -> Iterator[Change]:
    """A line for each identity of the sample."""
    for each in found.sample:
        modified = f", last modified {_rfc3339(each.last_modified_date)}" if each.last_modified_date else ""
        yield Change(f"{each.identity_id}", ", ".join(each.logins or ["no login"]) + modified, "deleted")


def _rfc3339(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
