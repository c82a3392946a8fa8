"""IAM's operations. Importing a module registers what it holds."""

from keystead.services.iam.operations import access_keys, account, groups, mfa, users

__all__ = ["access_keys", "account", "groups", "mfa", "users"]
