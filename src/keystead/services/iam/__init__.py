"""IAM: users, groups, roles, policies, access keys and MFA devices of every account.

Others may call only what is exported here.
"""

from keystead.services.iam.facts import AccessKeyFacts, PolicyText, RoleFacts, UserFacts

__all__ = ["AccessKeyFacts", "PolicyText", "RoleFacts", "UserFacts"]
