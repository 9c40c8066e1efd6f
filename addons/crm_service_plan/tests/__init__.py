from . import (
    test_access,
    test_loop,
    test_planner,
    test_portal,
    test_reminder,
    test_schedule,
    test_tours,
)
