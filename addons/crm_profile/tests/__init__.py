from . import (
    test_access,
    test_competitor,
    test_fact,
    test_merge,
    test_plan,
    test_restricted,
    test_standing,
    test_tabular,
)
