"""One room per AWS service, and what they share: the call, the registry of operations, authority in memory."""
