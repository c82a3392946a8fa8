"""CloudTrail: the history of every call, allowed or refused, of every account.

Others may call only what is exported here.
"""

from keystead.services.call import House
from keystead.services.cloudtrail.event import Event, event_of
from keystead.services.cloudtrail.log import AuditLog

__all__ = ["AuditLog", "Event", "event_of", "forget_old_events"]


def forget_old_events(house: House) -> None:
    """Delete some of the events that AWS would not show any more; cheap when there are none."""
    house.audit.forget_old(house.clock())
