from . import (
    test_access,
    test_access_log,
    test_attacks,
    test_competitor,
    test_export,
    test_fact,
    test_merge,
    test_plan,
    test_privacy,
    test_restricted,
    test_standing,
    test_tabular,
)
