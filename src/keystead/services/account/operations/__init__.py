"""The operations of the Account Management API: none yet, so that all of them answer NotImplemented."""
