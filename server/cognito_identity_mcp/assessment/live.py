"""Reading the live state that an assessment rests on, and remembering all that was read."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cognito_identity_mcp.assessment.model import Image, Pool
from cognito_identity_mcp.secrets.redaction import redacted
from cognito_identity_tools.catalogue import OPERATIONS
from cognito_identity_tools.errors import CognitoIdentityError, ErrorCode
from cognito_identity_tools.operation import Effect
from cognito_identity_tools.service import CognitoIdentity
from cognito_identity_tools.shapes import Shape

_READS = {name: row for name, row in OPERATIONS.items() if row.effect is Effect.READ}


class Unreadable(Exception):
    """The service denies this server a read that an assessment needs."""

    def __init__(self, operation: str, error: CognitoIdentityError) -> None:
        super().__init__(f"{operation} is denied to this server ({error.code})")


class Live:
    """The state of one region as one assessment sees it: each read goes out once, so all findings agree."""

    def __init__(self, service: CognitoIdentity) -> None:
        self._service = service
        self._answers: dict[str, Shape] = {}
        self._images: list[Image] = []

    async def read(self, operation: str, **members: Any) -> Any:
        """The output model of a `read` operation, for a request with these members.

        Raises:
            Unreadable: the caller lacks the permission to read it.
            CognitoIdentityError: any other error of the service, `ResourceNotFoundException` among them: the call
                itself would fail in the same way.
            RequestFailed: no answer came.
        """
        row = _READS[operation]
        request = row.input.model_validate(members)
        key = f"{operation} {request.model_dump_json(exclude_none=True)}"
        if key not in self._answers:
            try:
                answer = await self._service.call(row, request)
            except CognitoIdentityError as error:
                if error.code == ErrorCode.ACCESS_DENIED:
                    raise Unreadable(operation, error) from error
                raise
            self._answers[key] = answer.output
            self._images.append(Image(operation, redacted(request), redacted(answer.output)))
        return self._answers[key]

    async def pool(self, identity_pool_id: str) -> Pool:
        """Name and tags of a pool; raises as `read` does."""
        found = await self.read("describe_identity_pool", identity_pool_id=identity_pool_id)
        return Pool(identity_pool_id, found.identity_pool_name, found.identity_pool_tags or {})

    @property
    def images(self) -> tuple[Image, ...]:
        """All that was read, in order."""
        return tuple(self._images)

    @property
    def fingerprint(self) -> str:
        """Identifies what was read: SHA-256 over requests and answers."""
        facts = sorted([image.operation, image.request, image.answer] for image in self._images)
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
