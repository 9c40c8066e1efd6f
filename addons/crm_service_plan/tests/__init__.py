from . import (
    test_access,
    test_case,
    test_case_portal,
    test_contract,
    test_loop,
    test_planner,
    test_portal,
    test_reminder,
    test_reports,
    test_schedule,
    test_sla,
    test_tours,
)
