"""The gateway: one request, stage by stage, and the process that serves them."""
