"""Requests that arrive together share one transaction: what they write is made durable once, then all are answered.

Each keeps a transaction of its own inside the shared one, so that an error undoes only the request it belongs to. When
the data cannot be written the shared transaction is gone, and each request is run again by itself: nobody has been told
anything yet, and each then meets its own error.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from cognito_identity_local.http import Deliver, Response

Work = Callable[[], Response]
"""Answers one request; raises what it fails with. May be run twice."""


class Turns:
    """`transaction` is the data's, `failure` words what a request ended in. Use it from one event loop."""

    def __init__(
        self, transaction: Callable[[], AbstractContextManager[None]], failure: Callable[[Exception], Response]
    ) -> None:
        self._transaction = transaction
        self._failure = failure
        self._waiting: list[tuple[Work, Deliver]] = []

    def add(self, work: Work, deliver: Deliver) -> None:
        """Runs the work when the loop has read what has arrived, and delivers its answer when that is safe."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._run)
        self._waiting.append((work, deliver))

    def _run(self) -> None:
        waiting, self._waiting = self._waiting, []
        answers = self._answers([work for work, _ in waiting])
        for (_, deliver), answer in zip(waiting, answers, strict=True):
            deliver(answer)

    def _answers(self, works: list[Work]) -> list[Response]:
        if len(works) > 1:
            try:
                with self._transaction():
                    return [self._part(work) for work in works]
            except sqlite3.Error:
                pass  # nothing of the turn was kept and nobody was answered: below, each runs again by itself
        return [self._alone(work) for work in works]

    def _part(self, work: Work) -> Response:
        try:
            return work()
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 - the outermost handler: whatever went wrong, the caller gets an answer
            return self._failure(error)

    def _alone(self, work: Work) -> Response:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the outermost handler: whatever went wrong, the caller gets an answer
            return self._failure(error)
