"""Organizations: accounts in a tree, and the policies that bind them. Others may call only what is exported here."""

from keystead.services.organizations.facts import Membership

__all__ = ["Membership"]
