"""Organizations: accounts in a tree, and the policies that bind them. Others may call only what is exported here."""

from typing import TYPE_CHECKING

from keystead.services.organizations.facts import Membership
from keystead.services.organizations.membership import membership

if TYPE_CHECKING:
    from keystead.services.call import House

__all__ = ["Membership", "membership", "run_due_work"]


def run_due_work(house: "House") -> None:
    """Finish asynchronous operations whose time has come; the process calls it every 50 ms."""
    # `authority` imports this room before the rest of the services exists; the work needs them all.
    from keystead.services.organizations import work

    work.run_due_work(house)
