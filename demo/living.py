"""Stub."""


def first_fill(load):
    """Stub."""


def programs(load):
    """Stub."""


def last_weeks(load):
    """Stub."""


def answers(load):
    """Stub."""


def farewells(load):
    """Stub."""
