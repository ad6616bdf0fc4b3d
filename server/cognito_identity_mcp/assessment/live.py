"""Reading the live state that an assessment rests on, and remembering all that was read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cognito_identity_mcp.assessment.difference import entries
from cognito_identity_mcp.assessment.model import Image, Pool
from cognito_identity_mcp.secrets.redaction import redacted
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Effect, Operation
from cognito_identity_tools.service import CognitoIdentity
from cognito_identity_tools.shapes import Shape

_READS = {name: row for name, row in OPERATIONS.items() if row.effect is Effect.READ}


class Unreadable(Exception):
    """A read that an assessment needs is denied to this server; the message names the permission that is missing."""

    def __init__(self, operation: Operation, code: str) -> None:
        super().__init__(f"{operation.name} failed with {code}; it needs {operation.iam_action}")


class Live:
    """The state of one region as one assessment sees it: each read goes out once, so all findings agree."""

    def __init__(self, service: CognitoIdentity) -> None:
        self._service = service
        self._answers: dict[str, Shape | None] = {}
        self._images: list[Image] = []
        self._missing: list[tuple[str, dict[str, Any]]] = []

    async def read(self, operation: str, **members: Any) -> Any:
        """The output model of a `read` operation, for a request with these members.

        Raises:
            Unreadable: the caller lacks the permission to read it.
            CognitoIdentityError: any other error of the service, `ResourceNotFoundException` among them: the call
                itself would fail in the same way.
            RequestFailed: no answer came.
        """
        row, request, key = _prepared(operation, members)
        if self._answers.get(key) is None:
            answer = await self._sent(row, request)
            self._answers[key] = answer
            self._images.append(Image(operation, redacted(request), redacted(answer)))
        return self._answers[key]

    async def find(self, operation: str, **members: Any) -> Any | None:
        """As `read`, but None where there is no such thing. There is no image of it then; the fingerprint covers it."""
        _, request, key = _prepared(operation, members)
        if key in self._answers:
            return self._answers[key]
        try:
            return await self.read(operation, **members)
        except CognitoIdentityError as error:
            if error.code != ErrorCode.RESOURCE_NOT_FOUND:
                raise
        self._answers[key] = None
        self._missing.append((operation, redacted(request)))
        return None

    async def _sent(self, row: Operation, request: Shape) -> Shape:
        try:
            return (await self._service.call(row, request)).output
        except CognitoIdentityError as error:
            if error.code == ErrorCode.ACCESS_DENIED:
                raise Unreadable(row, error.code) from error
            raise

    async def pool(self, identity_pool_id: str) -> Pool:
        """Name and tags of a pool; raises as `read` does."""
        found = await self.read("describe_identity_pool", identity_pool_id=identity_pool_id)
        return Pool(identity_pool_id, found.identity_pool_name, found.identity_pool_tags or {})

    def known(self, operation: str, **members: Any) -> Any | None:
        """The answer to a read that was made already, else None."""
        return self._answers.get(_prepared(operation, members)[2]) if self._answers else None

    @property
    def images(self) -> tuple[Image, ...]:
        """All that was read, in order."""
        return tuple(self._images)

    @property
    def fingerprint(self) -> str:
        """Identifies what was read: SHA-256 over requests and answers, and over what was not there."""
        facts = [[image.operation, image.request, _facts(image)] for image in self._images]
        facts += [[operation, request, None] for operation, request in self._missing]
        lines = sorted(json.dumps(fact, sort_keys=True) for fact in facts)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _prepared(operation: str, members: Mapping[str, Any]) -> tuple[Operation, Shape, str]:
    row = _READS[operation]
    request = row.input.model_validate(members)
    return row, request, f"{operation} {request.model_dump_json(exclude_none=True)}"


def _facts(image: Image) -> Any:
    """What of an answer an assessment rests on.

    Of a list that goes on only that it does, since a pool with traffic never stands still; the token for the next page
    may be another each time. The order of what has no order does not count.
    """
    if "next_token" in image.answer:
        return "more than one page"
    return sorted([list(path), value] for path, value in entries(image.answer).items())
