"""The operations of CloudTrail; importing them registers them."""

from keystead.services.cloudtrail.operations import events

__all__ = ["events"]
