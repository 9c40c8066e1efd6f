from . import (
    test_access,
    test_booking,
    test_consent,
    test_decisions,
    test_holidays,
    test_interaction,
    test_merge,
    test_policy,
    test_rules,
    test_rules_property,
    test_sender,
    test_two_connections,
)
