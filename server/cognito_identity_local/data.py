"""The data of a service as a whole: what it begins with, beginning again, and writing it down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from cognito_identity_local.store import Store

_log = logging.getLogger(__name__)

Load = Callable[[Store, str | None], None]
"""Loads the seed, inside a transaction: the pools of one account, or, for None, of all."""


def load_nothing(store: Store, account: str | None) -> None:
    """There is no seed."""


@dataclass(frozen=True)
class Data:
    """The open data and its seed. Use it from one thread."""

    store: Store
    load: Load

    def begin(self, *, if_empty: bool) -> None:
        """Loads the seed; with `if_empty` only where there is no pool yet."""
        with self.store.transaction():
            if if_empty and self.store.pools.exist():
                _log.info("there are pools already: the seed is not loaded")
            else:
                self.load(self.store, None)

    def reset(self, account: str | None) -> None:
        """Brings the pools of an account back to the start; None: of all accounts.

        The keys that sign tokens stay: who has read them need not read them again.
        """
        with self.store.transaction():
            self.store.pools.remove_all(account)
            self.load(self.store, account)

    def dump(self) -> str:
        """All of it as a seed in JSON. Imported at need: starting must be quick."""
        from cognito_identity_local.seed.dumping import dump

        return dump(self.store)
