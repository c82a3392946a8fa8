"""Keystead: your own AWS organization, with AWS's own APIs, enforced."""

__version__ = "0.1.0"
