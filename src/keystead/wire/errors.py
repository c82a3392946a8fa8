"""Define the one exception root of Keystead, and how AWS words and numbers the errors that all services share.

A code here is the form that AWS's query protocol uses ("AccessDenied"). JSON protocols have their own word for some of
them ("AccessDeniedException"); `wire_form` is the only place that knows. Errors that a service's model defines are
generated as subclasses into `keystead.wire.shapes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final, Literal, NamedTuple

Fault = Literal["Sender", "Receiver"]

_NO_FIELDS: Final[Mapping[str, object]] = MappingProxyType({})


class Common(NamedTuple):
    """One error that every service may give, in the words and statuses of each protocol."""

    status: int
    json_code: str
    json_status: int
    rest_status: int


# Source: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html (query) and
# https://docs.aws.amazon.com/organizations/latest/APIReference/CommonErrors.html (JSON). awsJson services answer the
# errors of the caller with 400, rest-json services with 403 where query services do.
COMMON: Final[Mapping[str, Common]] = MappingProxyType(
    {
        "AccessDenied": Common(403, "AccessDeniedException", 400, 403),
        "ExpiredToken": Common(403, "ExpiredTokenException", 400, 403),
        "IncompleteSignature": Common(400, "IncompleteSignatureException", 400, 403),
        "InternalFailure": Common(500, "InternalFailure", 500, 500),
        "InvalidAction": Common(400, "UnknownOperationException", 400, 404),
        "InvalidClientTokenId": Common(403, "UnrecognizedClientException", 400, 403),
        "InvalidParameterCombination": Common(400, "ValidationException", 400, 400),
        "InvalidParameterValue": Common(400, "ValidationException", 400, 400),
        "InvalidQueryParameter": Common(400, "ValidationException", 400, 400),
        "MalformedInput": Common(400, "SerializationException", 400, 400),
        "MalformedQueryString": Common(400, "SerializationException", 400, 400),
        "MissingAction": Common(400, "MissingAction", 400, 404),
        "MissingAuthenticationToken": Common(403, "MissingAuthenticationTokenException", 400, 403),
        "NotImplemented": Common(501, "NotImplemented", 501, 501),
        "OptInRequired": Common(403, "OptInRequired", 400, 403),
        "RequestEntityTooLarge": Common(413, "RequestEntityTooLargeException", 413, 413),
        "RequestExpired": Common(400, "RequestExpired", 400, 403),
        "ServiceUnavailable": Common(503, "ServiceUnavailable", 503, 503),
        "SignatureDoesNotMatch": Common(403, "InvalidSignatureException", 400, 403),
        "Throttling": Common(400, "ThrottlingException", 400, 429),
        "UnknownOperation": Common(404, "UnknownOperationException", 400, 404),
        "UnsupportedMediaType": Common(415, "UnsupportedMediaTypeException", 415, 415),
        "ValidationError": Common(400, "ValidationException", 400, 400),
    }
)


class AwsError(Exception):
    """An answer to the caller that is not a result: a code, a message, a status, and whose fault it is.

    `fields` are members of the model's error shape beyond the message, such as `Reason`.
    """

    code: str
    status: int = 400
    fault: Fault = "Sender"
    message: str
    fields: Mapping[str, object]

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        fault: Fault | None = None,
        fields: Mapping[str, object] = _NO_FIELDS,
    ) -> None:
        """Make an error; status and fault default to what AWS gives this code (400, Sender where it is unknown)."""
        super().__init__(code, message)
        if status is None:
            common = COMMON.get(code)
            status = common.status if common else 400
        self.code = code
        self.message = message
        self.status = status
        self.fault = fault or ("Receiver" if status >= 500 else "Sender")  # noqa: PLR2004 -- 5xx is HTTP's own line
        self.fields = fields


class ModeledError(AwsError):
    """The root of the generated errors: code, status and fault are the model's, so only the message is given."""

    CODE: ClassVar[str]
    STATUS: ClassVar[int] = 400
    FAULT: ClassVar[Fault] = "Sender"

    def __init__(self, message: str, **fields: object) -> None:
        """Make this error with AWS's message and the further members that its shape has."""
        super().__init__(self.CODE, message, status=self.STATUS, fault=self.FAULT, fields=fields)


def wire_form(error: AwsError, protocol: str) -> tuple[str, int]:
    """Return the code and the HTTP status of an error as a protocol ("query", "json", "rest-json") spells them."""
    if protocol == "query" or isinstance(error, ModeledError):
        return error.code, error.status
    common = COMMON.get(error.code)
    if common is None:
        return error.code, error.status
    if error.status != common.status:
        return common.json_code, error.status
    return common.json_code, common.json_status if protocol == "json" else common.rest_status
