"""Word the refusals of a caller who cannot be believed, as AWS does.

Codes are those of the query protocol. Source:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

from typing import Final

from keystead.wire.errors import AwsError

_MISMATCH: Final = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


def mismatch(text: str = _MISMATCH) -> AwsError:
    """Make the refusal of a signature."""
    return AwsError("SignatureDoesNotMatch", text, status=403)


def unknown_key() -> AwsError:
    """Make AWS's refusal of an access key id that is not known, or is inactive."""
    return AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", status=403)


def incomplete(text: str) -> AwsError:
    """Make the refusal of a signature that is not all there, or not in one piece."""
    return AwsError("IncompleteSignature", text, status=400)


def invalid_token() -> AwsError:
    """Make AWS's refusal of a token, or an access key, that is not known."""
    return AwsError("InvalidClientTokenId", "The security token included in the request is invalid", status=403)


def expired_token() -> AwsError:
    """Make AWS's refusal of a token whose time is over."""
    return AwsError("ExpiredToken", "The security token included in the request is expired", status=403)


def missing_token() -> AwsError:
    """Make AWS's refusal of a request that is not signed."""
    return AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", status=403)
