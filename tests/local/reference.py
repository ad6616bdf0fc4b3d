"""A plain model of one pool's identities, written from fact sheet §7 and §9 and from nothing else.

It has no transactions: a call works on a copy, which takes the place of the original if the call is not refused.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Login = tuple[str, str]
"""Provider and user."""

MAX_LOGINS = 20
CONFLICT, NOT_AUTHORIZED = "ResourceConflictException", "NotAuthorizedException"
NOT_FOUND, REGISTERED = "ResourceNotFoundException", "DeveloperUserAlreadyRegisteredException"


class Refusal(Exception):
    """The call is refused with this code."""


@dataclass
class Life:
    """One identity. `logins` in the order of linking; `was_linked` tells a guest from one that lost its logins."""

    created: float
    modified: float
    logins: dict[Login, int] = field(default_factory=dict[Login, int])
    was_linked: bool = False
    disabled: bool = False

    @property
    def is_guest(self) -> bool:
        return not self.was_linked and not self.disabled


@dataclass
class Reference:
    """`developer` is the name of the developer provider, whose users one identity may have several of.

    `now` is when the next call happens.
    """

    developer: str
    now: float
    lives: dict[str, Life] = field(default_factory=dict[str, Life])
    links: int = 0

    def copied(self) -> Reference:
        return copy.deepcopy(self)

    def shown(self) -> Mapping[str, tuple[str, ...]]:
        """What ListIdentities has to show."""
        return {name: self._providers(life) for name, life in self.lives.items()}

    def dates(self) -> Mapping[str, tuple[float, float]]:
        """When each identity was made, and when its logins last changed."""
        return {name: (life.created, life.modified) for name, life in self.lives.items()}

    def developer_users(self, name: str) -> list[str]:
        """In the order of linking."""
        logins = self.named(name).logins
        return [user for provider, user in sorted(logins, key=logins.__getitem__) if provider == self.developer]

    def _providers(self, life: Life) -> tuple[str, ...]:
        ordered = sorted(life.logins, key=life.logins.__getitem__)
        return ("DISABLED",) if life.disabled else tuple(dict.fromkeys(provider for provider, _ in ordered))

    def owner(self, login: Login) -> str | None:
        return next((name for name, life in self.lives.items() if login in life.logins), None)

    def named(self, name: str) -> Life:
        if name not in self.lives:
            raise Refusal(NOT_FOUND)
        return self.lives[name]

    def guest_returns(self, name: str) -> str:
        if not self.named(name).is_guest:
            raise Refusal(NOT_AUTHORIZED)
        return name

    def signs_in(self, logins: Sequence[Login], named: str | None, new: str, *, proven: bool = False) -> str:
        """The identity that answers. `new` is the name of one that has to be made.

        `proven`: the named identity is also proven by a token of its pool.
        """
        survivor = self._survivor(logins, named, proven=proven) or new
        self.lives.setdefault(survivor, Life(self.now, self.now))
        unowned = [login for login in logins if self.owner(login) is None]
        others = [] if named in (None, survivor) or not self.lives[str(named)].is_guest else [str(named)]
        for name in dict.fromkeys([*others, *(owner for owner, _ in self._owned(logins))]):
            if name != survivor:
                self.merge(name, survivor)
        for login in unowned:
            self._link(survivor, login)
        return survivor

    def _owned(self, logins: Sequence[Login]) -> list[tuple[str, Login]]:
        """The owners, the developer's user first, then by the age of the login."""
        found = [(name, login) for login in logins if (name := self.owner(login)) is not None]
        return sorted(found, key=lambda pair: (pair[1][0] != self.developer, self.lives[pair[0]].logins[pair[1]]))

    def _survivor(self, logins: Sequence[Login], named: str | None, *, proven: bool) -> str | None:
        owners = [name for name, _ in self._owned(logins)]
        if named is None:
            return owners[0] if owners else None
        life = self.named(named)
        if named in owners or (proven and life.logins):
            return named
        if life.is_guest or (life.disabled and owners):
            return owners[0] if owners else named
        raise Refusal(NOT_AUTHORIZED)

    def merge(self, source: str, destination: str) -> None:
        kept, moved = self.lives[destination].logins, self.lives[source].logins
        if self._public(kept) & self._public(moved) or len(kept) + len(moved) > MAX_LOGINS:
            raise Refusal(CONFLICT)
        kept |= moved
        self._change(destination)
        self.lives[source] = Life(self.lives[source].created, self.now, was_linked=True, disabled=True)

    def _public(self, logins: Iterable[Login]) -> set[str]:
        return {provider for provider, _ in logins if provider != self.developer}

    def _link(self, name: str, login: Login) -> None:
        life = self.lives[name]
        if login[0] in self._public(life.logins):
            raise Refusal(CONFLICT)
        self.links += 1
        life.logins[login] = self.links
        self._change(name)

    def _change(self, name: str) -> None:
        life = self.lives[name]
        life.was_linked, life.modified = True, self.now

    def developer_signs_in(self, user: str, public: Sequence[Login], named: str | None, new: str) -> str:
        login = (self.developer, user)
        if named is not None:
            life, owner = self.named(named), self.owner(login)
            if owner not in (None, named):
                raise Refusal(REGISTERED)
            if life.disabled or (life.was_linked and not life.logins):
                raise Refusal(NOT_AUTHORIZED)
        return self.signs_in([login, *public], named, new)

    def user(self, user: str) -> str:
        owner = self.owner((self.developer, user))
        if owner is None:
            raise Refusal(NOT_FOUND)
        return owner

    def developer_merges(self, source: str, destination: str) -> str:
        first, second = self.user(source), self.user(destination)
        if first != second:
            self.merge(first, second)
        return second

    def developer_unlinks(self, named: str, user: str) -> None:
        self.named(named)
        if self.user(user) != named:
            raise Refusal(CONFLICT)
        del self.lives[named].logins[self.developer, user]
        self._change(named)

    def unlinks(self, named: str, logins: Sequence[Login], providers: Sequence[str]) -> None:
        life = self.named(named)
        proven = {login[0]: login for login in logins if login in life.logins}
        if not proven or not proven.keys() >= set(providers):
            raise Refusal(NOT_AUTHORIZED)
        for provider in set(providers):
            del life.logins[proven[provider]]
        self._change(named)
