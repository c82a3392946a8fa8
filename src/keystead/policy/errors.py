"""What a refused policy document says, in AWS's words.

Sources: the IAM User Guide's grammar and troubleshooting pages, Organizations' MalformedPolicyDocumentException, and
texts that IAM's API answers and that users quote.
"""

from __future__ import annotations

from typing import Final

SYNTAX: Final = "Syntax errors in policy."
NOT_JSON_SESSION: Final = "The policy is not in the valid JSON format."
NOT_JSON_TRUST: Final = "This policy contains invalid Json"
ORGANIZATIONS: Final = "The provided policy document does not meet the requirements of the specified policy type."
NO_ACTIONS: Final = "Policy statement must contain actions."
NO_RESOURCES: Final = "Policy statement must contain resources."
SPECIFIES_PRINCIPAL: Final = "Policy document should not specify a principal."
SID_CHARACTERS: Final = (
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
)
SID_TWICE: Final = "Statement IDs (SID) in a single policy must be unique."
NO_VENDOR: Final = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
TWO_COLONS: Final = "Actions/Condition can contain only one colon."
VENDOR_PATTERN: Final = "Resource vendor must be fully qualified and cannot contain regexes."
TRUST_ACTIONS: Final = (
    "Trust Policy statement actions can only be sts:AssumeRole, "
    "sts:AssumeRoleWithSAML,  and sts:AssumeRoleWithWebIdentity"
)
LEGACY: Final = "The policy failed legacy parsing"


def vendor_not_valid(vendor: str) -> str:
    """Word an action whose service prefix has characters that none has."""
    return f"Vendor {vendor} is not valid"


def not_an_arn(resource: str) -> str:
    """Word a resource that is neither an ARN nor `*`."""
    return f'Resource {resource} must be in ARN format or "*".'


def partition_not_valid(arn: str) -> str:
    """Word a resource in a partition that does not exist, as IAM completes the ARN."""
    parts = [*arn.split(":", 5)[1:], "*", "*", "*", "*", "*"][:5]
    return f'Partition "{parts[0]}" is not valid for resource "arn:{":".join(parts)}".'


def region_in_iam(resource: str) -> str:
    """Word an IAM resource with a Region."""
    return f"IAM resource {resource} cannot contain region information."


def region_in_s3(resource: str) -> str:
    """Word an S3 resource with a Region."""
    return f"Resource {resource} can not contain region information."


def iam_path(starts: tuple[str, ...]) -> str:
    """Word an IAM resource of no known type."""
    return f'IAM resource path must either be "*" or start with {", ".join(starts)}.'


def prohibited_field(name: str) -> str:
    """Word an element that this kind of policy may not have."""
    return f"Has prohibited field {name}"


def missing_field(name: str) -> str:
    """Word an element that this kind of policy must have."""
    return f"Missing required field {name}"


def invalid_principal(type_: str, value: str) -> str:
    """Word a principal that cannot be one."""
    return f'Invalid principal in policy: "{type_}":"{value}"'


def invalid_trust_principal(type_: str, value: str) -> str:
    """Word a principal that a role's trust policy cannot name."""
    return f'AssumeRolepolicy contained an invalid principal: "{type_}":"{value}".'


class PolicyError(Exception):
    """A policy document that AWS would refuse, with AWS's text and where it went wrong."""

    code: Final = "MalformedPolicyDocument"

    def __init__(self, message: str, position: tuple[int, int] | None = None, detail: str = "") -> None:
        """Keep AWS's message, the 1-based line and column, and a detail for a person."""
        super().__init__(message)
        self.message = message
        self.position = position
        self.detail = detail

    def __str__(self) -> str:
        """Say the message, the detail and the place on one line."""
        where = f" (line {self.position[0]}, column {self.position[1]})" if self.position else ""
        return f"{self.message}{': ' + self.detail if self.detail else ''}{where}"
