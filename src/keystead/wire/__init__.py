"""Speak AWS's protocols."""
