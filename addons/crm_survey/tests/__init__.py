from . import (
    test_access,
    test_answer_targets,
    test_care_policy,
    test_churn,
    test_domain,
    test_invitation,
    test_link,
    test_loop,
    test_performance,
    test_program,
    test_questions,
    test_tours,
)
