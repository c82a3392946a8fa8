"""The managed policies of AWS itself: the same in every account, read only, never in the database.

Owns the catalogue that `managed.build` takes in from AWS's published policies (`catalogue.zip`, not in the repository)
and the small one that is always there (`base.json`). Start-up reads neither; a policy's text is read when it is asked
for. Does not own which principal a policy is attached to: that is an account's own row.
"""

from keystead.services.iam.managed.catalogue import AwsManagedPolicy, Catalogue, catalogue

PREFIX = "arn:aws:iam::aws:policy/"

__all__ = ["PREFIX", "AwsManagedPolicy", "Catalogue", "catalogue", "is_aws_managed"]


def is_aws_managed(arn: str) -> bool:
    """Say whether an ARN names a policy of AWS itself, there or not."""
    return arn.startswith(PREFIX)
