"""Stub."""


def summary(env):
    """Stub."""
