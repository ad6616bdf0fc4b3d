"""Fifty clients at once, all operations mixed: no lost update, no 500, no stuck request, no growing memory."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cognito_identity_tools.catalogue import BY_AWS_NAME

from .client import opened
from .conftest import LOAD_SECONDS
from .people import DEVELOPER, GOOGLE, ROLES, jwt
from .server_process import Running, arn, ask, served

pytestmark = pytest.mark.local_only

CLIENTS = 50
SLOWEST = 5.0
"""Seconds that no request may take."""

GROWTH = 48 * 1024 * 1024
"""Bytes; the page cache of the database fills to 32 MiB."""

SETTINGS = {
    "AllowUnauthenticatedIdentities": True,
    "SupportedLoginProviders": {GOOGLE: "app"},
    "DeveloperProviderName": DEVELOPER,
}


def google(user: str) -> dict[str, str]:
    return {GOOGLE: jwt(iss=f"https://{GOOGLE}", aud="app", sub=user, exp=4_000_000_000)}


@dataclass
class Person:
    """One client with a pool of its own, of which it knows everything, and a part in the pool of all."""

    name: str
    shared: str
    connection: http.client.HTTPConnection
    choice: random.Random
    identities: set[str] = field(default_factory=set[str])
    tags: dict[str, str] = field(default_factory=dict[str, str])
    shared_tag: str = ""
    shared_guests: set[str] = field(default_factory=set[str])
    requests: int = 0
    slowest: float = 0.0
    asked: set[str] = field(default_factory=set[str])
    pool: str = ""

    def ask(self, operation: str, /, **body: object) -> Any:
        begun = time.monotonic()
        status, answer = ask(self.connection, operation, body)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.requests += 1
        self.asked.add(operation)
        assert status == 200, (operation, status, answer)
        return answer

    def settle_in(self) -> None:
        self.pool = self.ask("CreateIdentityPool", IdentityPoolName=self.name, **SETTINGS)["IdentityPoolId"]
        self.ask("SetIdentityPoolRoles", IdentityPoolId=self.pool, Roles=ROLES)

    def act(self, until: float) -> None:
        steps = (self.guests, self.users, self.developers, self.tagging, self.pools, self.together)
        while time.monotonic() < until:
            self.choice.choice(steps)()

    def guests(self) -> None:
        guest = self.ask("GetId", IdentityPoolId=self.pool)["IdentityId"]
        assert self.ask("GetCredentialsForIdentity", IdentityId=guest)["IdentityId"] == guest
        assert "Logins" not in self.ask("DescribeIdentity", IdentityId=guest)
        if self.choice.random() < 0.8:
            assert self.ask("DeleteIdentities", IdentityIdsToDelete=[guest]) == {"UnprocessedIdentityIds": []}
        else:
            self.identities.add(guest)

    def users(self) -> None:
        login = google(f"user-{self.choice.randrange(5)}")
        user = self.ask("GetId", IdentityPoolId=self.pool, Logins=login)["IdentityId"]
        self.identities.add(user)
        assert self.ask("GetOpenIdToken", IdentityId=user, Logins=login)["IdentityId"] == user
        assert self.ask("DescribeIdentity", IdentityId=user)["Logins"] == [GOOGLE]
        if self.choice.random() < 0.2:
            self.ask("UnlinkIdentity", IdentityId=user, Logins=login, LoginsToRemove=[GOOGLE])
            assert "Logins" not in self.ask("DescribeIdentity", IdentityId=user)

    def developers(self) -> None:
        one, two = (self.sign_in(user) for user in ("one", "two"))
        names = {"SourceUserIdentifier": "one", "DestinationUserIdentifier": "two"}
        developer = {"IdentityPoolId": self.pool, "DeveloperProviderName": DEVELOPER}
        assert self.ask("MergeDeveloperIdentities", **developer, **names)["IdentityId"] == two
        found = self.ask("LookupDeveloperIdentity", IdentityPoolId=self.pool, DeveloperUserIdentifier="one")
        assert found["IdentityId"] == two
        self.ask("UnlinkDeveloperIdentity", **developer, IdentityId=two, DeveloperUserIdentifier="one")
        self.identities |= {one, two}

    def sign_in(self, user: str) -> str:
        logins = {DEVELOPER: user}
        answer = self.ask("GetOpenIdTokenForDeveloperIdentity", IdentityPoolId=self.pool, Logins=logins)
        return str(answer["IdentityId"])

    def tagging(self) -> None:
        key, value = self.choice.choice("abcd"), str(self.requests)
        self.ask("TagResource", ResourceArn=arn(self.pool), Tags={key: value})
        self.tags[key] = value
        gone = self.choice.choice("abcd")
        self.ask("UntagResource", ResourceArn=arn(self.pool), TagKeys=[gone])
        self.tags.pop(gone, None)
        assert self.ask("ListTagsForResource", ResourceArn=arn(self.pool)) == {"Tags": self.tags}
        named = {"IdentityPoolId": self.pool, "IdentityProviderName": GOOGLE}
        self.ask("SetPrincipalTagAttributeMap", **named, PrincipalTags={"t": value})
        assert self.ask("GetPrincipalTagAttributeMap", **named)["PrincipalTags"] == {"t": value}

    def pools(self) -> None:
        name = f"{self.name} {self.requests}"
        self.ask("UpdateIdentityPool", IdentityPoolId=self.pool, IdentityPoolName=name, **SETTINGS)
        described = self.ask("DescribeIdentityPool", IdentityPoolId=self.pool)
        assert (described["IdentityPoolName"], described["IdentityPoolTags"]) == (name, self.tags)
        assert self.ask("GetIdentityPoolRoles", IdentityPoolId=self.pool)["Roles"] == ROLES
        other = self.ask("CreateIdentityPool", IdentityPoolName="short-lived", **SETTINGS)["IdentityPoolId"]
        self.ask("DeleteIdentityPool", IdentityPoolId=other)
        assert self.shared in [
            row["IdentityPoolId"] for row in self.ask("ListIdentityPools", MaxResults=9)["IdentityPools"]
        ]

    def together(self) -> None:
        """In the pool of all: a tag of one's own, and guests."""
        self.shared_tag = str(self.requests)
        self.ask("TagResource", ResourceArn=arn(self.shared), Tags={self.name: self.shared_tag})
        self.shared_guests.add(self.ask("GetId", IdentityPoolId=self.shared)["IdentityId"])

    def listed(self, pool: str) -> set[str]:
        page = self.ask("ListIdentities", IdentityPoolId=pool, MaxResults=60)
        found = {row["IdentityId"] for row in page["Identities"]}
        while "NextToken" in page:
            token = page["NextToken"]
            page = self.ask("ListIdentities", IdentityPoolId=pool, MaxResults=60, NextToken=token)
            found |= {row["IdentityId"] for row in page["Identities"]}
        return found

    def check(self) -> None:
        assert self.listed(self.pool) == self.identities
        assert self.ask("ListTagsForResource", ResourceArn=arn(self.pool)) == {"Tags": self.tags}


def run(running: Running, shared: str, seconds: float) -> tuple[list[Person], int]:
    """The people after their time, and by how much memory has grown since they had settled in."""
    warm, grown = threading.Barrier(CLIENTS), list[int]()

    def live_on(person: Person) -> None:
        person.settle_in()
        person.act(time.monotonic() + seconds / 3)
        if warm.wait(60) == 0:
            grown.append(running.resident)
        person.act(time.monotonic() + seconds * 2 / 3)
        person.check()

    def live(number: int) -> Person:
        with opened(running.url) as connection:
            person = Person(f"p{number}", shared, connection, random.Random(number))  # noqa: S311 - no secret
            try:
                live_on(person)
            except BaseException:
                warm.abort()
                raise
            return person

    with ThreadPoolExecutor(CLIENTS) as pool:
        people = list(pool.map(live, range(CLIENTS), timeout=seconds + 60))
    return people, running.resident - grown[0]


@pytest.mark.holds("service-13", "unknowns-27")
def test_fifty_clients_at_once(
    tmp_path: Path, pytestconfig: pytest.Config, record_testsuite_property: Callable[[str, object], None]
) -> None:
    seconds = float(str(pytestconfig.getoption("--load-seconds", default=LOAD_SECONDS)))
    with served(tmp_path / "local.sqlite3") as running:
        with opened(running.url) as connection:
            created = ask(connection, "CreateIdentityPool", {"IdentityPoolName": "all", **SETTINGS})[1]
        shared = created["IdentityPoolId"]
        people, growth = run(running, shared, seconds)
        with opened(running.url) as connection:
            reader = Person("reader", shared, connection, random.Random(0))  # noqa: S311 - no secret
            guests = reader.listed(shared)
            tags = reader.ask("ListTagsForResource", ResourceArn=arn(shared))["Tags"]
    assert guests == {guest for person in people for guest in person.shared_guests}
    assert tags == {person.name: person.shared_tag for person in people if person.shared_tag}
    assert {name for person in people for name in person.asked} == set(BY_AWS_NAME)
    record_testsuite_property("requests", sum(person.requests for person in people))
    record_testsuite_property("slowest request in seconds", max(person.slowest for person in people))
    record_testsuite_property("memory growth in bytes", growth)
    assert max(person.slowest for person in people) < SLOWEST
    assert growth < GROWTH
