"""What authorization needs to know of an account's place in its organization."""

from dataclasses import dataclass

from keystead.services.iam.facts import PolicyText


@dataclass(frozen=True, slots=True)
class Membership:
    """An account's organization, and the policies of every level above it, root first, the account itself last.

    `scps` is None where SCPs do not apply (the management account, or the type is not enabled); likewise `rcps`.
    `path` is the value of aws:PrincipalOrgPaths: `o-…/r-…/ou-…/` (with the trailing slash).
    """

    organization_id: str
    management_account_id: str
    path: str
    scps: tuple[tuple[PolicyText, ...], ...] | None
    rcps: tuple[tuple[PolicyText, ...], ...] | None
