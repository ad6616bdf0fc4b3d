"""New identifiers and secrets, from the entropy that the caller passes in."""

from __future__ import annotations

import base64
import hashlib

from cognito_identity_local.context import Call, Entropy

_VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""RFC 9562's variant has two of the digit's four bits; the others stay random."""


def new_uuid(entropy: Entropy) -> str:
    """A random one, version 4. A tenth of a request, if the module `uuid` makes it."""
    digits = entropy(16).hex()
    variant = _VARIANTS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def new_pool_id(call: Call) -> str:
    return f"{call.caller.region}:{new_uuid(call.entropy)}"


def new_identity_id(call: Call, identity_pool_id: str) -> str:
    """As AWS makes them since 2023 (fact sheet §2): the third group starts with c, ten digits are the pool's."""
    shared = hashlib.sha256(identity_pool_id.encode()).hexdigest()[:10]
    own = call.entropy(11).hex()
    region = identity_pool_id.partition(":")[0]
    return f"{region}:{shared[:8]}-{shared[8:]}{own[:2]}-c{own[2:5]}-{own[5:9]}-{own[9:21]}"


def new_access_key_id(call: Call) -> str:
    """ASIA marks the keys of a session."""
    return "ASIA" + base64.b32encode(call.entropy(10)).decode()


def new_secret_key(call: Call) -> str:
    return base64.b64encode(call.entropy(30)).decode()
