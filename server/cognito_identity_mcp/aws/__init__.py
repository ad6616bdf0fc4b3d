"""Cognito Identity over the wire, through aioboto3: real AWS, or any endpoint that speaks its protocol."""
