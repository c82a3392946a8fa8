"""Every table, one module per room, on one metadata object."""

from keystead.storage.schema import account, cloudtrail, core, iam, organizations
from keystead.storage.schema.base import metadata

__all__ = ["account", "cloudtrail", "core", "iam", "metadata", "organizations"]
