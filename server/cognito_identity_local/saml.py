"""Reading SAML assertions as the provider's form post carries them: base64 of an XML response. Signatures unchecked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMESPACE = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_ROLE = "https://aws.amazon.com/SAML/Attributes/Role"


@dataclass(frozen=True, slots=True)
class Assertion:
    """Who the user is, what is said about them, and until when (seconds since the epoch; None: no end)."""

    name_id: str
    attributes: Mapping[str, list[str]]
    expires: float | None

    def roles(self, provider_arn: str) -> tuple[str, ...]:
        """The roles offered together with this provider; a pair may stand in either order (fact sheet §12)."""
        pairs = [[part.strip() for part in pair.split(",")] for pair in self.attributes.get(_ROLE, [])]
        return tuple(part for pair in pairs if provider_arn in pair for part in pair if part != provider_arn)


def read(token: str) -> Assertion | None:
    """The assertion, or None if the text holds none with a name in it. An unknown encoding is a LookupError."""
    try:
        root = fromstring(base64.b64decode(token, validate=True))
        return _assertion(root)
    except (binascii.Error, ValueError, LookupError, ParseError, DefusedXmlException):
        return None


def _assertion(root: Element) -> Assertion | None:
    name = root.find(f".//{_NAMESPACE}Subject/{_NAMESPACE}NameID")
    if name is None or not (subject := (name.text or "").strip()):
        return None
    conditions = root.find(f".//{_NAMESPACE}Conditions")
    end = conditions.get("NotOnOrAfter") if conditions is not None else None
    return Assertion(subject, _attributes(root), _seconds(end) if end else None)


def _attributes(root: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for attribute in root.iter(f"{_NAMESPACE}Attribute"):
        values = [(value.text or "").strip() for value in attribute.iter(f"{_NAMESPACE}AttributeValue")]
        found.setdefault(attribute.get("Name", ""), []).extend(values)
    return found


def _seconds(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
