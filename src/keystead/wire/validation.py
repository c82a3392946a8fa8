"""Turn broken constraints into the error that each service answers them with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from keystead.wire.constraints import Violation, describe
from keystead.wire.errors import AwsError

Fields = Mapping[str, object]

# Organizations does not name the member: it answers with one reason and its sentence.
# Source: InvalidInputException in the model and, for the pattern's wording, recorded answers of AWS.
_ORGANIZATIONS: Final[Mapping[str, tuple[str, str]]] = {
    "required": ("INPUT_REQUIRED", "You must include a value for all required parameters."),
    "pattern": ("INVALID_PATTERN", "You provided a value that does not match the required pattern."),
    "enum": ("INVALID_ENUM", "You specified an invalid value."),
    "union": ("INVALID_ENUM", "You specified an invalid value."),
    "element": (
        "INVALID_LIST_MEMBER",
        "You provided a list to a parameter that contains at least one invalid value.",
    ),
    "min length": ("MIN_LENGTH_EXCEEDED", "You provided a string parameter that is shorter than allowed."),
    "max length": ("MAX_LENGTH_EXCEEDED", "You provided a string parameter that is longer than allowed."),
    "min value": ("MIN_VALUE_EXCEEDED", "You provided a numeric parameter that has a smaller value than allowed."),
    "max value": ("MAX_VALUE_EXCEEDED", "You provided a numeric parameter that has a larger value than allowed."),
}


def refusal(service: str, violations: list[Violation]) -> AwsError:
    """Return the validation error of a service (its room's name) for these violations."""
    return _WORDS.get(service, _validation)(violations)


def _validation(violations: list[Violation]) -> AwsError:
    return AwsError("ValidationError", describe(violations))


def _organizations(violations: list[Violation]) -> AwsError:
    reason, message = _ORGANIZATIONS[violations[0].kind]
    return AwsError("InvalidInputException", message, fields={"Reason": reason})


def _account(violations: list[Violation]) -> AwsError:
    listed = [{"name": violation.path, "message": violation.sentence()} for violation in violations]
    fields: Fields = {"reason": "fieldValidationFailed", "fieldList": listed}
    return AwsError("ValidationError", describe(violations), fields=fields)


def _signin(violations: list[Violation]) -> AwsError:
    return AwsError("ValidationError", describe(violations), fields={"error": "INVALID_REQUEST"})


def _sso(violations: list[Violation]) -> AwsError:
    return AwsError("InvalidRequestException", describe(violations))


def _sso_oidc(violations: list[Violation]) -> AwsError:
    return AwsError("InvalidRequestException", describe(violations), fields={"error": "invalid_request"})


_WORDS: Final[Mapping[str, Callable[[list[Violation]], AwsError]]] = {
    "account": _account,
    "organizations": _organizations,
    "signin": _signin,
    "sso": _sso,
    "sso_oidc": _sso_oidc,
}
