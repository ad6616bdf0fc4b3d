"""Looking again, right before they are deleted, whether identities are still as they were agreed to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_identity_mcp.errors import ServiceFailed
from cognito_identity_tools.errors import ErrorCode
from cognito_identity_tools.operations.identities import IdentityDescription

if TYPE_CHECKING:
    from cognito_identity_mcp.assessment.model import Pool
    from cognito_identity_mcp.workflows.reading import Reader

CHANGED = "ChangedSinceApproval"
"""Code of an identity that was left alone because it got or lost a login, or was modified, since it was agreed to."""

PAGES = 10
"""Of one look. At the quotas (§14) they cost 2 seconds, and sixty identities one by one about 6."""


@dataclass(frozen=True)
class Recheck:
    """Fresh looks at identities of one pool that were listed before.

    The pool is listed from its start: what was deleted is no longer there, so the next ones usually stand on the first
    pages. Whatever is not found on `PAGES` pages is described one by one. A look so costs at most ten calls of
    ListIdentities and one DescribeIdentity for each identity, however large the pool. Between the look and the deletion
    pass the few seconds that it takes; AWS has no deletion on a condition, so that what changes in them goes unseen.
    """

    reader: Reader
    pool: Pool
    listed: Mapping[str, IdentityDescription]
    hide_disabled: bool | None

    async def changed(self, ids: Collection[str]) -> dict[str, str]:
        """Those of the ids that must be left alone, each with the reason as a code; raises as `Conduct.read`."""
        fresh = await self._on_pages(set(ids))
        for each in ids:
            if each not in fresh:
                fresh[each] = await self._described(each)
        return dict(_unlike(self.listed, fresh))

    async def _on_pages(self, wanted: set[str]) -> dict[str, IdentityDescription | None]:
        found: dict[str, IdentityDescription | None] = {}
        looked = 0
        pages = self.reader.pages("list_identities", identity_pool_id=self.pool.id, hide_disabled=self.hide_disabled)
        async for page in pages:
            found |= {str(each.identity_id): each for each in page.identities or () if each.identity_id in wanted}
            looked += 1
            if len(found) == len(wanted) or looked == PAGES:
                break
        return found

    async def _described(self, identity_id: str) -> IdentityDescription | None:
        """None where there is no such identity any more."""
        try:
            found: IdentityDescription = await self.reader.read(
                "describe_identity", within=self.pool, identity_id=identity_id
            )
        except ServiceFailed as error:
            if error.failure.code == ErrorCode.RESOURCE_NOT_FOUND:
                return None
            raise
        return found


def _unlike(
    listed: Mapping[str, IdentityDescription], fresh: Mapping[str, IdentityDescription | None]
) -> Iterator[tuple[str, str]]:
    for each, now in fresh.items():
        if now is None:
            yield each, ErrorCode.RESOURCE_NOT_FOUND
        elif not _is_as_before(listed[each], now):
            yield each, CHANGED


def _is_as_before(before: IdentityDescription, now: IdentityDescription) -> bool:
    """The same logins, and not modified later; a time that only one of the two has says nothing and counts as later."""
    if set(before.logins or ()) != set(now.logins or ()):
        return False
    if before.last_modified_date is None or now.last_modified_date is None:
        return before.last_modified_date == now.last_modified_date
    return now.last_modified_date <= before.last_modified_date
