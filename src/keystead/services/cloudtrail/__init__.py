"""CloudTrail: the history of every call, allowed or refused, of every account.

Others may call only what is exported here.
"""

from keystead.services.cloudtrail.event import Event, event_of
from keystead.services.cloudtrail.log import AuditLog
from keystead.services.cloudtrail.service_events import ServiceEvent

__all__ = ["AuditLog", "Event", "ServiceEvent", "event_of"]
