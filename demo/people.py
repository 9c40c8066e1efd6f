"""Stub."""


def profiles(load):
    """Stub."""


def contacts(load):
    """Stub."""
