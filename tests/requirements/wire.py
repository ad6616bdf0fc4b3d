"""The bytes on the wire (§1)."""

# ruff: noqa: E501 - a behaviour is a line

from __future__ import annotations

from .behaviour import Behaviour, D, I, O

# fmt: off
BEHAVIOURS = (
    Behaviour("wire-01", "§1", D, "A request is POST / with a JSON body and X-Amz-Target: AWSCognitoIdentityService.<Operation>."),
    Behaviour("wire-02", "§1", O, "The long target, com.amazonaws.cognito.identity.model.AWSCognitoIdentityService.<Operation>, is understood too; another service's is not."),
    Behaviour("wire-03", "§1", O, "A public call needs only Content-Type, X-Amz-Target and the body: no date, no key."),
    Behaviour("wire-04", "§1", D, "The endpoint is a host of the region, with FIPS and dual-stack forms. Which one is the client's choice: a request is answered at any name."),
    Behaviour("wire-05", "§1", D, "GetId, GetCredentialsForIdentity, GetOpenIdToken and UnlinkIdentity need no signature; the other 19 do."),
    Behaviour("wire-06", "§1", O, "A signature on a public call is accepted and ignored, also a broken one."),
    Behaviour("wire-07", "§1", O, "A success is compact JSON without blanks: GetId's answer has exactly 63 bytes in a nine-letter region."),
    Behaviour("wire-08", "§1", D, "Operations without an output (DeleteIdentityPool, SetIdentityPoolRoles, both Unlink operations) answer 200 with no body and Content-Length 0."),
    Behaviour("wire-09", "§1", I, "TagResource and UntagResource answer with an empty object."),
    Behaviour("wire-10", "§1", O, "Every answer has Content-Type application/x-amz-json-1.1, x-amzn-RequestId (a UUID), Date and Content-Length."),
    Behaviour("wire-11", "§1", O, "The connection stays open for the next request."),
    Behaviour("wire-12", "§1", O, "Answers carry Strict-Transport-Security.", deferral="The service speaks plain HTTP, where RFC 6797 (§7.2) forbids that header."),
    Behaviour("wire-13", "§1", O, "Answers allow every origin and expose the request id, the error type and message, and the date."),
    Behaviour("wire-14", "§1", I, "A browser's preflight is answered with what it asks for."),
    Behaviour("wire-15", "§1", D, "Every error of the caller is HTTP 400; only InternalErrorException is 500."),
    Behaviour("wire-16", "§1", O, "An error's body is compact {\"__type\",\"message\"} with the bare shape name."),
    Behaviour("wire-17", "§1", O, "An error's headers are x-amzn-ErrorType with a trailing colon, and x-amzn-ErrorMessage."),
    Behaviour("wire-18", "§1", O, "Timestamps are numbers: seconds since the epoch, with a fraction of milliseconds."),
    Behaviour("wire-19", "§1", D, "A whole second prints with .0, as in the sample of Expiration."),
    Behaviour("wire-20", "§1", O, "Missing IAM permissions are an AccessDeniedException, HTTP 400, that names caller, action and resource; a fault brings it about (options-09)."),
    Behaviour("wire-21", "§1", I, "An operation that does not exist is an UnknownOperationException."),
    Behaviour("wire-22", "§1", I, "A body that is no JSON object, or has a member of the wrong JSON type, is a SerializationException."),
    Behaviour("wire-23", "§1", I, "An Authorization header without a credential scope is an IncompleteSignatureException."),
    Behaviour("wire-24", "§1", I, "Wrong, unknown and expired keys are InvalidSignature, UnrecognizedClient and ExpiredToken errors.", deferral="Any key is accepted on purpose: the service holds no secret keys to check a signature with. Faults can answer with these codes (options-09)."),
    Behaviour("wire-25", "§1", D, "The signature's scope names the region that a request belongs to."),
    Behaviour("wire-26", "§19", D, "An operation fails only with the errors that the model lists for it, with ValidationException and with those of the front end."),
    Behaviour("wire-27", "§1", I, "A member of the wrong JSON type is worded as other JSON services of AWS word it: STRING_VALUE cannot be converted to Integer, Start of list found where not expected, Unexpected field type."),
    Behaviour("wire-28", "§1", I, "An unknown operation and a body that is no JSON object have a code and no message, as in other JSON services of AWS."),
    Behaviour("wire-29", "§1", I, "The signature may stand in the query string of a presigned URL."),
)
