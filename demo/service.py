"""Stub."""


def plans(load):
    """Stub."""


def visits(load):
    """Stub."""
