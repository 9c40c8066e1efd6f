from . import (
    test_access,
    test_channels,
    test_child,
    test_dates,
    test_gate,
    test_merge,
    test_occasion,
    test_run,
    test_tour,
)
