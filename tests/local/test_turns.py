"""Requests that arrive together: one commit, errors of one's own, and nothing said before it is true."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial

import pytest

from cognito_identity_local.database import Database
from cognito_identity_local.http import Response
from cognito_identity_local.turns import Turns
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode

pytestmark = pytest.mark.local_only

REFUSED = CognitoIdentityError(ErrorCode.INVALID_PARAMETER, "no")


class Data:
    """A table of names, and the statements that were run."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE names (name TEXT UNIQUE)")
        self.database = Database(connection)
        self.statements: list[str] = []
        connection.set_trace_callback(self.statements.append)

    @property
    def names(self) -> list[str]:
        return [name for (name,) in self.database.connection.execute("SELECT name FROM names ORDER BY rowid")]

    def writer(self, name: str, *failures: Exception) -> Callable[[], Response]:
        """Work that writes the name; while there are failures, each time it ends in the next one."""
        waiting = list(failures)

        def work() -> Response:
            with self.database.transaction():
                self.database.connection.execute("INSERT INTO names VALUES (?)", (name,))
                if waiting:
                    raise waiting.pop(0)
            return Response(200, name.encode())

        return work

    async def together(self, *works: Callable[[], Response]) -> Sequence[bytes]:
        """The answers; at each of them everything is committed."""
        turns = Turns(self.database.transaction, lambda error: Response(500, str(error).encode()))
        loop = asyncio.get_running_loop()
        answers: list[asyncio.Future[Response]] = [loop.create_future() for _ in works]
        for work, answer in zip(works, answers, strict=True):
            turns.add(work, partial(self._keep, answer))
        return [response.body for response in await asyncio.gather(*answers)]

    def _keep(self, answer: asyncio.Future[Response], given: Response) -> None:
        assert not self.database.connection.in_transaction
        answer.set_result(given)


@pytest.fixture
def data() -> Iterator[Data]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        yield Data(connection)


@pytest.mark.holds("service-01", "service-13")
async def test_one_commit_for_all(data: Data) -> None:
    assert await data.together(*map(data.writer, "abc")) == [b"a", b"b", b"c"]
    assert data.names == ["a", "b", "c"]
    assert data.statements.count("COMMIT") == 1


@pytest.mark.holds("service-13")
@pytest.mark.parametrize("error", [REFUSED, ZeroDivisionError("no")])
async def test_an_error_undoes_its_own_request_only(data: Data, error: Exception) -> None:
    works = [data.writer("a"), data.writer("b", error), data.writer("c")]
    assert await data.together(*works) == [b"a", str(error).encode(), b"c"]
    assert data.names == ["a", "c"]
    assert data.statements.count("COMMIT") == 1


@pytest.mark.holds("service-07")
async def test_where_the_data_cannot_be_written_each_request_is_run_by_itself(data: Data) -> None:
    full = [sqlite3.OperationalError("full")] * 2
    works = [data.writer("a"), data.writer("b", *full), data.writer("c", *full[:1])]
    assert await data.together(*works) == [b"a", b"full", b"full"]
    assert data.names == ["a"]


@pytest.mark.holds("service-07")
async def test_a_transaction_that_sqlite_gave_up_is_begun_again_by_each(data: Data) -> None:
    """As on a full disk, where SQLite rolls back everything by itself."""
    data.database.connection.execute("INSERT INTO names VALUES ('b')")

    def giving_up() -> Response:
        with data.database.transaction():
            data.database.connection.execute("INSERT OR ROLLBACK INTO names VALUES ('b')")
        return Response(200)

    answers = await data.together(data.writer("a"), giving_up, data.writer("c"))
    assert answers == [b"a", b"UNIQUE constraint failed: names.name", b"c"]
    assert data.names == ["b", "a", "c"]
