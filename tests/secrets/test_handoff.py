"""Hand-off: a secret is kept sealed until it expires, and comes out only whole, in time, with its key."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select, text

from cognito_identity_mcp.secrets.handles import Handle, HandOffError, Kind, Secret
from cognito_identity_mcp.secrets.handoff import LONGEST, UNKNOWN_LIFE, HandOff, expiry
from cognito_identity_mcp.storage.database import Database
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.storage.key import Key
from cognito_identity_mcp.storage.tables import handoffs
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.constraints import TRUSTED
from cognito_identity_tools.shapes import Shape
from tests.clocks import NOW, Clock

CREDENTIALS, TOKEN = OPERATIONS["get_credentials_for_identity"], OPERATIONS["get_open_id_token"]
FACTS = {"tool": "the_tool", "identity_id": "us-east-1:1"}
ISSUED = {"access_key_id": "ASIA", "secret_key": "The-Secret-Key", "session_token": "The-Session-Token"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    opened = Database(StateFolder.at(tmp_path / "state"))
    yield opened
    await opened.aclose()


@pytest.fixture
def hand_off(database: Database, clock: Clock) -> HandOff:
    return HandOff(database, Key(b"k" * 32), clock)


def credentials(**more: Any) -> Shape:
    answer = {"identity_id": "us-east-1:1", "credentials": ISSUED | more}
    model: type[Shape] = CREDENTIALS.output
    return model.model_validate_json(json.dumps(answer), context=TRUSTED)


def token(value: str) -> Shape:
    model: type[Shape] = TOKEN.output
    return model.model_validate({"identity_id": "us-east-1:1", "token": value}, context=TRUSTED)


def web_token(payload: str) -> str:
    return f"head.{urlsafe_b64encode(payload.encode()).decode().rstrip('=')}.signature"


async def kept(hand_off: HandOff, output: Shape) -> Handle:
    handle = await hand_off.store(CREDENTIALS if isinstance(output, CREDENTIALS.output) else TOKEN, output, FACTS)
    assert handle is not None
    return handle


async def test_credentials_come_out_as_they_went_in_as_often_as_they_are_wanted(hand_off: HandOff) -> None:
    output = credentials(expiration="2027-01-15T09:00:00Z")
    handle = await kept(hand_off, output)
    assert handle == Handle(handle.handle, Kind.CREDENTIALS, FACTS, NOW, NOW + 3600)
    value = ISSUED | {"expiration": "2027-01-15T09:00:00Z"}
    secret = await hand_off.fetch(handle.handle)
    assert secret == await hand_off.fetch(handle.handle) == Secret(handle, value)
    assert "The-Secret-Key" not in repr(secret)
    assert secret.credential_process == {
        "Version": 1,
        "AccessKeyId": "ASIA",
        "SecretAccessKey": "The-Secret-Key",
        "SessionToken": "The-Session-Token",
        "Expiration": "2027-01-15T09:00:00Z",
    }


async def test_a_token_is_kept_until_it_expires_by_its_own_word(hand_off: HandOff) -> None:
    value = web_token(json.dumps({"exp": NOW + 600}))
    handle = await kept(hand_off, token(value))
    assert handle == Handle(handle.handle, Kind.TOKEN, FACTS, NOW, NOW + 600)
    assert await hand_off.fetch(handle.handle) == Secret(handle, value)


async def test_a_result_without_a_secret_leaves_nothing(hand_off: HandOff) -> None:
    assert await hand_off.store(TOKEN, TOKEN.output(), FACTS) is None
    assert await hand_off.waiting() == []


async def test_what_has_expired_is_told_until_the_next_secret_comes_and_is_gone_then(
    hand_off: HandOff, clock: Clock
) -> None:
    first = await kept(hand_off, credentials(expiration="2027-01-15T09:00:00Z"))
    assert await hand_off.waiting() == [first]
    clock.now = first.expires_at
    assert await hand_off.waiting() == []
    with pytest.raises(HandOffError) as caught:
        await hand_off.fetch(first.handle)
    assert str(caught.value) == (
        f"The secret {first.handle} expired at 2027-01-15T09:00:00Z. Have the_tool called again."
    )
    second = await kept(hand_off, token("opaque"))
    assert await hand_off.waiting() == [second]
    with pytest.raises(HandOffError, match=f"There is no secret '{first.handle}' here"):
        await hand_off.fetch(first.handle)


async def test_a_clock_that_is_set_back_revives_no_secret_and_lets_none_hold_longer(
    hand_off: HandOff, clock: Clock
) -> None:
    first = await kept(hand_off, credentials(expiration="2027-01-15T09:00:00Z"))
    clock.now += 3600
    assert await hand_off.waiting() == []
    second = await kept(hand_off, credentials(expiration="2027-01-15T10:00:00Z"))
    clock.now -= 1800
    with pytest.raises(HandOffError, match=f"There is no secret '{first.handle}' here"):
        await hand_off.fetch(first.handle)
    assert (await hand_off.fetch(second.handle)).handle == second
    for seconds, holds in ((3599, [second]), (1, [])):
        clock.now += seconds
        assert await hand_off.waiting() == holds
    clock.now -= 1800
    with pytest.raises(HandOffError) as caught:
        await hand_off.fetch(second.handle)
    assert str(caught.value) == (
        f"The secret {second.handle} is kept no longer, since this machine's clock was set back. "
        "Have the_tool called again."
    )


async def test_another_key_opens_nothing(hand_off: HandOff, database: Database, clock: Clock) -> None:
    handle = await kept(hand_off, token("opaque"))
    with pytest.raises(HandOffError) as caught:
        await HandOff(database, Key(b"x" * 32), clock).fetch(handle.handle)
    assert str(caught.value) == (
        f"The secret {handle.handle} was sealed with another key, or its row was changed. "
        "If the server has its key in COGNITO_IDENTITY_MCP_KEY, set the same here."
    )


@pytest.mark.parametrize(
    "change",
    [
        "expires_at = expires_at + 1",
        'facts = \'{"tool": "another"}\'',
        "kind = 'credentials'",
        "created_at = 0",
        "sealed = (SELECT sealed FROM handoffs WHERE handle <> :handle)",
        "sealed = substr(sealed, 1, 10)",
    ],
)
async def test_a_row_that_was_changed_opens_nothing(hand_off: HandOff, database: Database, change: str) -> None:
    handle, _ = await kept(hand_off, token("opaque")), await kept(hand_off, token("another"))
    async with database.transaction() as connection:
        statement = text(f"UPDATE handoffs SET {change} WHERE handle = :handle")  # noqa: S608 - our own words
        await connection.execute(statement, {"handle": handle.handle})
    with pytest.raises(HandOffError, match="or its row was changed"):
        await hand_off.fetch(handle.handle)


async def test_the_database_holds_a_secret_only_sealed(hand_off: HandOff, database: Database) -> None:
    await kept(hand_off, credentials())
    async with database.reading() as connection:
        (row,) = (await connection.execute(select(handoffs))).all()
    stored = repr(tuple(row))
    assert [word for word in ISSUED.values() if word in stored] == []


_numbers = st.one_of(st.integers(), st.integers(-(10**400), 10**400), st.floats(), st.booleans())


@given(exp=st.one_of(_numbers, st.none(), st.text(max_size=9), st.lists(st.integers())), opaque=st.text(min_size=1))
def test_whatever_a_token_says_it_is_kept_for_a_day_at_most_and_its_expiry_can_be_told(
    exp: object, opaque: str
) -> None:
    for value in (web_token(json.dumps({"exp": exp})), web_token(opaque), opaque, f"a.{opaque}.b"):
        handle = Handle("", Kind.TOKEN, FACTS, NOW, expiry(value, NOW))
        assert NOW <= handle.expires_at <= NOW + LONGEST
        assert handle.expiry.endswith("Z")


@pytest.mark.parametrize("value", ["opaque", web_token("{}"), web_token("[]"), web_token('{"exp": NaN}'), "a.b.c"])
def test_a_token_that_does_not_say_when_it_expires_is_kept_for_the_usual_life_of_one(value: str) -> None:
    assert expiry(value, NOW) == NOW + UNKNOWN_LIFE
