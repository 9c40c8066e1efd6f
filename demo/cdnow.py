"""Stub."""


def import_log(load):
    """Stub."""


def lifecycle(load):
    """Stub."""
